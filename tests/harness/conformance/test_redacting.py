"""No secret leaves by a report."""

from __future__ import annotations

import pytest

from harness.conformance.redacting import redact

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl-_w"
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def-ghi_123456", "Authorization: Bearer [redacted]"),
        ('{"authorization": "Basic dXNlcjpwYXNz"}', '{"authorization": "Basic [redacted]"}'),
        ("curl -H 'authorization: bearer s3cr3t-s3cr3t-s3cr3t'", "curl -H 'authorization: bearer [redacted]'"),
        (f"the token {JWT} is old", "the token [redacted] is old"),
        ('{"status":{"token":"abcdefgh"}}', '{"status":{"token":"[redacted]"}}'),
        ("/api/v1/namespaces?access_token=abcdefgh&limit=5", "/api/v1/namespaces?access_token=[redacted]&limit=5"),
        ("    client-key-data: LS0tLS1CRUdJTg==", "    client-key-data: [redacted]"),
        (f"before\n{KEY}\nafter", "before\n[redacted]\nafter"),
        ("-----BEGIN PRIVATE KEY-----\ncut off", "[redacted]"),
        (
            '{"kind":"Secret","data":{"password":"cGFzcw=="},"type":"Opaque"}',
            '{"kind":"Secret","data":{"[redacted]": ""},"type":"Opaque"}',
        ),
        (
            "kind: Secret\ndata:\n  user: YWRtaW4=\n  key: eA==\ntype: Opaque\n",
            "kind: Secret\ndata:\n  user: [redacted]\n  key: [redacted]\ntype: Opaque\n",
        ),
    ],
)  # fmt: skip
def test_secrets_are_not_shown(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redact(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "C527FE7D9C30979E deployment/ip-visit-counter tcp 80 steal 'header=X-PG-Tenant: Avi.+'",
        "kind: ConfigMap\ndata:\n  color: blue\n",
        "error: the server doesn't have a resource type \"tokens\"",
        "/apis/authentication.k8s.io/v1/tokenreviews",
        "secrets is forbidden: User \"dana\" cannot list resource \"secrets\"",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text
