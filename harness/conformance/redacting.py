"""Takes secrets out of what a report shows: reports are filed, mailed and published."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["REDACTED", "redact"]

REDACTED: Final = "[redacted]"

_WHOLE = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"\beyJ[\w-]{4,}\.eyJ[\w-]{4,}\.[\w-]+"),
)
_AFTER = (
    re.compile(r"(?i)(\bauthorization\b[\"']?\s*[:=]\s*[\"']?(?:bearer|basic)?\s*)[^\s\"',;]+"),
    re.compile(r"(?i)(\b(?:bearer|basic)\s+)(?!\[redacted\])[\w.~+/=-]{12,}"),
    re.compile(
        r"(?i)([\"']?\b(?:access_?|refresh_?|id_?|bootstrap_?)?(?:token|password|client-key-data|client_secret)\b[\"']?"
        r"\s*[:=]\s*[\"']?)(?!\[redacted\])[^\s\"'&,;}]{6,}"
    ),
)
_SECRET = re.compile(r"(?i)[\"']?\bkind[\"']?\s*:\s*[\"']?Secret\b")
_JSON_DATA = re.compile(r"([\"'](?:data|stringData)[\"']\s*:\s*\{)[^{}]*(\})")
_YAML_DATA = re.compile(r"(?m)^(\s*(?:- )?)(data|stringData):[ ]*\n((?:\1[ ]+.*\n?)+)")
_YAML_ENTRY = re.compile(r"(?m)^(\s+[\w.-]+:).*$")


def redact(text: str) -> str:
    """The text without tokens, passwords, private keys and the data of Secrets."""
    for pattern in _WHOLE:
        text = pattern.sub(REDACTED, text)
    for pattern in _AFTER:
        text = pattern.sub(rf"\1{REDACTED}", text)
    if _SECRET.search(text):
        text = _JSON_DATA.sub(rf'\1"{REDACTED}": ""\2', text)
        text = _YAML_DATA.sub(_without_values, text)
    return text


def _without_values(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}:\n" + _YAML_ENTRY.sub(rf"\1 {REDACTED}", match[3])
