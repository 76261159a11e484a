"""Bodies in protobuf, as kubectl 1.37 sends them, are read; anything else is refused and never breaks the reader."""

import base64
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.apimachinery.coercion import coerce
from fakes.apimachinery.protobuf import ProtobufError, decode_protobuf, read_envelope, read_message
from fakes.apimachinery.schema import GroupVersion
from fakes.apimachinery.types import Type
from fakes.kube.builtin.schemas import BuiltinTypes

# kubectl create deployment web --image=nginx:1 --replicas=0 --port=80
DEPLOYMENT = (
    "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EroBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEogBCAASDAoKCgNhcHASA3dlYhpuChwK"
    "ABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEk4SMAoFbmdpbngSB25naW54OjEqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoA"
    "UgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA=="
)
# kubectl create pdb p --selector=app=a --max-unavailable=50%
BUDGET = (
    "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOAoRCgFwEgAaACIAKgAyADgAQgASFxIKCggKA2FwcBIBYRoJCAEQABoDNTAlGgoI"
    "ABgAIAAoADAAGgAiAA=="
)
# kubectl create quota q --hard=cpu=1,memory=1G
QUOTA = "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIzChEKAXESABoAIgAqADIAOABCABIcCgoKA2NwdRIDCgExCg4KBm1lbW9yeRIECgIxRxoAGgAiAA=="
# kubectl create token sa --duration=10m --audience=a
TOKEN = "azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIgChAKABIAGgAiACoAMgA4AEIAEgYKAWEg2AQaBAoAEgAaACIA"
# kubectl auth can-i get pods
REVIEW = (
    "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPAoQCgASABoAIgAqADIAOABCABIeChwKB2RlZmF1"
    "bHQSA2dldBoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA="
)
# kubectl create configmap cm --from-literal=a=b --from-file=bin=...
CONFIG_MAP = "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEigKEgoCY20SABoAIgAqADIAOABCABIGCgFhEgFiGgoKA2JpbhID/wABGgAiAA=="


@pytest.fixture(scope="module")
def types() -> BuiltinTypes:
    return BuiltinTypes()


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (DEPLOYMENT, "apps/v1 Deployment", {
            "metadata": {"name": "web", "labels": {"app": "web"}},
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "strategy": {}, "template": {
                "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [
                    {"name": "nginx", "image": "nginx:1", "ports": [{"containerPort": 80}], "resources": {}}]}}},
            "status": {},
        }),
        (BUDGET, "policy/v1 PodDisruptionBudget", {
            "metadata": {"name": "p"},
            "spec": {"selector": {"matchLabels": {"app": "a"}}, "maxUnavailable": "50%"},
            "status": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0},
        }),
        (QUOTA, "v1 ResourceQuota", {
            "metadata": {"name": "q"}, "spec": {"hard": {"cpu": "1", "memory": "1G"}}, "status": {},
        }),
        (TOKEN, "authentication.k8s.io/v1 TokenRequest", {
            "metadata": {}, "spec": {"audiences": ["a"], "expirationSeconds": 600, "boundObjectRef": None},
            "status": {"token": "", "expirationTimestamp": None},
        }),
        (REVIEW, "authorization.k8s.io/v1 SelfSubjectAccessReview", {
            "metadata": {}, "status": {"allowed": False},
            "spec": {"resourceAttributes": {"namespace": "default", "verb": "get", "resource": "pods"}},
        }),
        (CONFIG_MAP, "v1 ConfigMap", {
            "metadata": {"name": "cm"}, "data": {"a": "b"}, "binaryData": {"bin": "/wAB"},
        }),
    ],
)  # fmt: skip
def test_what_kubectl_sends_is_read(
    types: BuiltinTypes, body: str, kind: str, expected: dict[str, Any]
) -> None:
    api_version, _, name = kind.partition(" ")
    node = types.type_of(*GroupVersion.parse(api_version).kind(name))
    known = {(api_version, name): node}
    decoded = decode_protobuf(base64.b64decode(body), lambda *found: known.get(found))
    obj, problems = coerce(decoded, node)
    assert (obj, problems) == ({"kind": name, "apiVersion": api_version, **expected}, [])


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def sized(number: int, raw: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def numbered(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def at(types: BuiltinTypes, definition: str) -> Type:
    return types.definition(f"io.k8s.{definition}")


@pytest.mark.parametrize(
    ("definition", "raw", "expected"),
    [
        # the source of a volume is a message of its own, and stands beside the name in JSON
        ("api.core.v1.Volume", sized(1, b"v") + sized(2, sized(2, sized(1, b"Memory"))),
         {"name": "v", "emptyDir": {"medium": "Memory"}}),
        ("api.core.v1.ConfigMapEnvSource", sized(1, sized(1, b"c")), {"name": "c"}),
        ("api.core.v1.ServicePort", sized(4, numbered(1, 0) + numbered(2, 8080)), {"targetPort": 8080}),
        ("api.core.v1.Toleration", numbered(5, -1), {"tolerationSeconds": -1}),
        ("api.coordination.v1.LeaseSpec", sized(4, numbered(1, 1577836800) + numbered(2, 123456000)),
         {"renewTime": "2020-01-01T00:00:00.123456Z"}),
        ("apimachinery.pkg.apis.meta.v1.ObjectMeta", sized(9, numbered(1, 1577836800)),
         {"deletionTimestamp": "2020-01-01T00:00:00Z"}),
        ("apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry", sized(7, sized(1, b'{"f:a":{}}')), {"fieldsV1": {"f:a": {}}}),
        ("apimachinery.pkg.apis.meta.v1.DeleteOptions",
         sized(2, sized(1, b"u")) + sized(4, b"Foreground") + sized(5, b"All"),
         {"preconditions": {"uid": "u"}, "propagationPolicy": "Foreground", "dryRun": ["All"]}),
        ("api.authentication.v1.UserInfo", sized(4, sized(1, b"k") + sized(2, sized(1, b"a") + sized(1, b"b"))),
         {"extra": {"k": ["a", "b"]}}),
        # a message that comes in two parts is one, and a number that is not known is passed over
        ("api.core.v1.Pod", sized(1, sized(1, b"a")) + sized(99, b"x") + sized(1, sized(3, b"n")),
         {"metadata": {"name": "a", "namespace": "n"}}),
    ],
)  # fmt: skip
def test_a_message_is_read_as_json(
    types: BuiltinTypes, definition: str, raw: bytes, expected: dict[str, Any]
) -> None:
    assert read_message(raw, at(types, definition)) == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty data"),
        (b"k8s\x00", "empty body"),
        (b"hello", "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"),
        (b"k8s\x00\x0f", "proto: illegal wireType 7"),
        (b"k8s\x00\x0a\x05a", "unexpected EOF"),
        (b"k8s\x00" + b"\xff" * 11, "proto: integer overflow"),
        (b"k8s\x00\x08\x01", "proto: wrong wireType = 0 for field TypeMeta"),
        (b"k8s\x00\x0c", "proto: Unknown: wiretype end group for non-group"),
        (b"k8s\x00\x02", "proto: Unknown: illegal tag 0 (wire type 2)"),
    ],
)
def test_a_broken_envelope_is_refused_in_the_words_of_the_server(raw: bytes, message: str) -> None:
    with pytest.raises(ProtobufError) as refused:
        read_envelope(raw)
    assert str(refused.value) == message


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=64))
def test_garbage_is_refused_and_nothing_else(types: BuiltinTypes, raw: bytes) -> None:
    node = types.type_of("", "v1", "Pod")
    for read in (lambda: read_envelope(b"k8s\x00" + raw), lambda: read_message(raw, node)):
        with suppress(ProtobufError):
            read()


@pytest.mark.parametrize("place", range(4, 200, 7))
def test_a_damaged_body_is_refused_or_read(types: BuiltinTypes, place: int) -> None:
    raw = bytearray(base64.b64decode(DEPLOYMENT))
    raw[place] ^= 0xFF
    node = types.type_of("apps", "v1", "Deployment")
    with suppress(ProtobufError):
        assert isinstance(read_message(read_envelope(bytes(raw)).raw, node), dict)
