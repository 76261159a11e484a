"""Certificates of a cluster and its people."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from fakes.apimachinery.pki import CertificateAuthority, pem_to_der

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_authority_may_sign_certificates_around_now() -> None:
    certificate = CertificateAuthority("ca", NOW, timedelta(days=1)).certificate
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc == NOW + timedelta(days=1)


def test_client_certificate_has_the_user_as_common_name_and_each_group_as_organization() -> None:
    authority = CertificateAuthority("ca", NOW)
    user = "system:serviceaccount:shop:zoë"
    pem, _ = authority.issue_client(user, ["dev", "qa", "system:masters"])
    certificate = x509.load_pem_x509_certificate(pem)
    certificate.verify_directly_issued_by(authority.certificate)
    assert [(attribute.rfc4514_attribute_name, attribute.value) for attribute in certificate.subject] == [
        ("O", "dev"),
        ("O", "qa"),
        ("O", "system:masters"),
        ("CN", user),
    ]
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]


@pytest.mark.filterwarnings("ignore:Attribute's length")
def test_user_name_may_be_longer_than_the_standard_says() -> None:
    user = "system:serviceaccount:" + "n" * 63 + ":s"
    pem, _ = CertificateAuthority("ca", NOW).issue_client(user)
    assert [attribute.value for attribute in x509.load_pem_x509_certificate(pem).subject] == [user]


def test_server_certificate_is_for_names_and_addresses() -> None:
    pem, _ = CertificateAuthority("ca", NOW).issue_server(["localhost", "op.mirrord.svc", "127.0.0.1", "::1"])
    certificate = x509.load_pem_x509_certificate(pem)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "op.mirrord.svc"]
    assert names.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    ]


@pytest.mark.parametrize("groups", [[], ["system:masters"]])
def test_tls_accepts_what_was_issued(tmp_path: Path, groups: list[str]) -> None:
    authority = CertificateAuthority("ca", datetime(2026, 1, 1, tzinfo=UTC))
    pem, key = authority.issue_client("alice", groups)
    (tmp_path / "client.pem").write_bytes(pem + key)
    context = ssl.create_default_context(cadata=authority.pem.decode())
    context.load_cert_chain(tmp_path / "client.pem")
    assert context.cert_store_stats()["x509_ca"] == 1
    assert pem_to_der(pem) == ssl.PEM_cert_to_DER_cert(pem.decode())
