"""The client certificate: where it comes from, how it is asked for, and that the commands can do without."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
import yaml

from harness.mirrord_cli import der
from harness.mirrord_cli.certificates import Certificate, decode_pem
from harness.mirrord_cli.key_pairs import KeyPair

GROUP = "/apis/operator.metalbear.co/v1"
OPERATOR = f"GET {GROUP}/mirrordoperators/operator"
NEW = f"POST {GROUP}/mirrordclusteroperatorusercredentials?"
LEGACY = f"POST {GROUP}/mirrordoperators/operator/certificate?"
DELETE = f"DELETE {GROUP}/sessions/31?"
STOP = ("operator", "session", "stop", "--id", "1F")
SPEC = {"csr": "", "kind": "regular"}
VALID = ("260101000000Z", "270101000000Z")
EXPIRED = ("250101000000Z", "260101000000Z")
SAMPLE = (
    "MIGXMEkCAQAwFDESMBAGA1UEAwwJc29tZV9uYW1lMCwwBwYDK2VuBQADIQDhLn5TfFTb4xOq+a1HyC3T7ScFiQGBy+oUcwFiCVCUI6AAMAcG"
    "AytlcAUAA0EAPBRvsUHo+J/INwq6tn5kgcE9vMo48kRkyhWSp3XmfuUvxW/b7LufrlTcjw+4RG8pdugMXhcz5+u20nm4VY+sCg=="
)
OLD_KEY = (
    "-----BEGIN PRIVATE KEY-----\r\nMFMCAQEwBQYDK2VwBCIEIAnnKqvgSX5b4p2WZhe/hQOpt/D7z4P1H9UHJ2iiIat1\r\n"
    "oSMDIQCQaTis0CQ62Y8+pePb3+x7umYRY0368BNyD5UrLZCMqA==\r\n-----END PRIVATE KEY-----\r\n"
)


@pytest.fixture
def licensed(cli: Any, operator_object: dict[str, Any]) -> Any:
    operator_object["spec"]["license"] |= {"fingerprint": "print", "subscription_id": "sub"}
    cli.api.answers[DELETE] = {"kind": "Status", "status": "Success"}
    return cli


@pytest.fixture
def modern(licensed: Any, operator_object: dict[str, Any]) -> Any:
    operator_object["spec"]["supported_features"].append("ExtendableUserCredentials")
    return licensed


def _store(cli: Any) -> Any:
    return yaml.safe_load((cli.home / ".mirrord" / "credentials").read_text())


def _seed(cli: Any, certificate: str, key: str, fingerprint: str = "print") -> None:
    (cli.home / ".mirrord").mkdir(exist_ok=True)
    content = {
        "credentials": {fingerprint: {"certificate": certificate, "key_pair": key}},
        "signing_keys": {"sub": key},
    }
    (cli.home / ".mirrord" / "credentials").write_text(yaml.safe_dump(content))


def test_the_newer_way_creates_a_credential(modern: Any, certificate_pem: Any) -> None:
    pem = certificate_pem(*VALID)
    modern.api.answers[NEW] = (201, {"metadata": {}, "spec": SPEC, "status": {"certificate": pem}})
    assert modern.run(*STOP).exit_code == 0
    assert modern.api.lines() == [OPERATOR, NEW, DELETE]
    body = msgspec.json.decode(modern.api.requests[1].body)
    assert (body["kind"], body["metadata"], body["spec"]["kind"]) == (
        "MirrordClusterOperatorUserCredential",
        {"generateName": "mirrord-operator-regular-cred-"},
        "regular",
    )
    assert body["spec"]["csr"] == KeyPair(seed=bytes(range(32))).certificate_request(
        "avirams-macbook-pro-2.local"
    )
    expected = base64.b64encode(decode_pem(pem)).decode()
    assert [request.headers.get("x-client-der") for request in modern.api.requests] == [None, None, expected]


def test_the_older_way_posts_pem_that_calls_itself_json(licensed: Any, certificate_pem: Any) -> None:
    licensed.api.answers[LEGACY] = certificate_pem(*VALID)
    assert licensed.run(*STOP).exit_code == 0
    request = licensed.api.requests[1]
    assert (request.line, request.headers["Content-Type"]) == (LEGACY, "application/json")
    assert request.body.startswith(b"-----BEGIN CERTIFICATE REQUEST-----\r\n")
    assert "x-client-der" in licensed.api.requests[2].headers


def test_a_stored_certificate_is_used_again(licensed: Any, certificate_pem: Any) -> None:
    licensed.api.answers[LEGACY] = certificate_pem(*VALID)
    licensed.run(*STOP)
    licensed.run(*STOP)
    assert licensed.api.lines() == [OPERATOR, LEGACY, DELETE, OPERATOR, DELETE]
    key = KeyPair(seed=bytes(range(32))).to_pem()
    assert _store(licensed) == {
        "credentials": {"print": {"certificate": certificate_pem(*VALID), "key_pair": key}},
        "signing_keys": {"sub": key},
    }


def test_an_expired_certificate_is_renewed_with_its_key(licensed: Any, certificate_pem: Any) -> None:
    _seed(licensed, certificate_pem(*EXPIRED), OLD_KEY)
    licensed.api.answers[LEGACY] = certificate_pem(*VALID)
    licensed.run(*STOP)
    expected = KeyPair.from_pem(OLD_KEY).certificate_request("avirams-macbook-pro-2.local")
    assert msgspec.json.decode(licensed.api.requests[1].body) == expected
    assert _store(licensed)["credentials"]["print"]["certificate"] == certificate_pem(*VALID)


def test_a_new_license_of_a_known_subscription_keeps_the_key(licensed: Any, certificate_pem: Any) -> None:
    _seed(licensed, certificate_pem(*VALID), OLD_KEY, fingerprint="former")
    licensed.api.answers[LEGACY] = certificate_pem(*VALID)
    licensed.run(*STOP)
    expected = KeyPair.from_pem(OLD_KEY).certificate_request("avirams-macbook-pro-2.local")
    assert licensed.api.requests[1].body == expected.encode()
    assert set(_store(licensed)["credentials"]) == {"former", "print"}


@pytest.mark.parametrize(
    "content", ["", "nonsense: [", "credentials: 3", "credentials: {print: {certificate: x}}"]
)
def test_a_file_that_makes_no_sense_counts_as_empty(
    licensed: Any, certificate_pem: Any, content: str
) -> None:
    (licensed.home / ".mirrord").mkdir()
    (licensed.home / ".mirrord" / "credentials").write_text(content)
    licensed.api.answers[LEGACY] = certificate_pem(*VALID)
    assert licensed.run(*STOP).exit_code == 0
    assert licensed.api.lines() == [OPERATOR, LEGACY, DELETE]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((201, {"metadata": {}, "spec": SPEC}), "No signed certificate found in the operator response"),
        (
            (201, {"metadata": {}, "spec": SPEC, "status": {"certificate": "nothing"}}),
            "x509 certificate error: error decoding PEM data: malformedframing",
        ),
        ((404, b""), "certification request failed: ApiError: : Failed to parse error data (Status {"),
    ],
)
def test_without_a_certificate_the_command_warns_and_goes_on(modern: Any, answer: Any, problem: str) -> None:
    modern.api.answers[NEW] = answer
    result = modern.run(*STOP, env={"MIRRORD_PROGRESS_MODE": "dumb"})
    prefix = "Failed to prepare user certificate: failed to prepare client certificate: failed to get client certificate"
    assert f"{prefix}: {problem}" in result.stdout
    assert result.exit_code == 0
    assert "x-client-der" not in modern.api.requests[-1].headers


def test_a_request_is_encoded_as_the_product_encodes_it() -> None:
    """Beside a request that the product made, ours differs in name, key and signature only."""
    theirs = base64.b64decode(SAMPLE)
    ours = decode_pem(KeyPair(seed=bytes(32)).certificate_request("some_name"))
    info, algorithm, signature = der.read_all(der.read(theirs).content)
    our_info, our_algorithm, our_signature = der.read_all(der.read(ours).content)
    assert (our_algorithm.content, len(our_signature.content)) == (algorithm.content, len(signature.content))
    assert our_info.content[:-34] == info.content[:-34]
    assert our_info.content[-2:] == info.content[-2:]


def test_a_key_of_an_old_release_is_read() -> None:
    key = KeyPair.from_pem(OLD_KEY)
    assert key.public_key() == decode_pem(OLD_KEY)[-32:]
    assert KeyPair.from_pem(key.to_pem()) == key


def test_the_times_of_a_certificate_are_read(certificate_pem: Any) -> None:
    certificate = Certificate.from_pem(certificate_pem("991231235959Z", "490101000000Z"))
    assert (certificate.not_before.year, certificate.not_after.year) == (1999, 2049)


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x05ab", b"\x30\x82\xff"])
def test_broken_der_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="DER"):
        der.read(data)
