"""What a request for a certificate may ask, and what may become of it.

Signatures are not checked. Source: k8s.io/kubernetes, pkg/apis/certificates/validation.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import quote
from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain
from fakes.kube.groups.rules import required_one_of

__all__ = ["is_request", "validate_conditions", "validate_signer", "validate_status_change"]

Object = Mapping[str, Any]
_CONDITIONS, _CERTIFICATE = "status.conditions", "status.certificate"
_ONLY_TRUE = frozenset({"Approved", "Denied", "Failed"})
_VERDICTS = ("Approved", "Denied")
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")


def is_request(encoded: str | None) -> bool:
    """Whether a text is base64 of a PEM block with a request in it. What is in the block is not looked at."""
    try:
        return b"-----BEGIN CERTIFICATE REQUEST-----" in b64decode(encoded or "")
    except ValueError:
        return False


def validate_signer(name: str, path: str) -> list[FieldError]:
    """The name of a signer: a domain, and a path in it."""
    if not name:
        return [FieldError.required(path)]
    domain, _, rest = name.partition("/")
    if name.count("/") != 1:
        detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [FieldError.invalid(path, name, detail)]
    errors = _labels(domain, dns1123_label, path)
    if "." not in domain:
        detail = "should be a domain with at least two segments separated by dots"
        errors.append(FieldError.invalid(path, domain, detail))
    return errors + _labels(rest, dns1123_subdomain, path)


def _labels(text: str, validate: Any, path: str) -> list[FieldError]:
    for label in text.split("."):
        if problems := validate(label):
            return [
                FieldError.invalid(path, text, f"validating label {quote(label)}: {each}")
                for each in problems
            ]
    return []


def validate_conditions(status: Object) -> list[FieldError]:
    """Errors of the conditions of a request, whoever wrote them."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for position, condition in enumerate(status.get("conditions") or ()):
        kind, at = condition.get("type", ""), f"{_CONDITIONS}[{position}]"
        if not kind:
            errors.append(FieldError.required(f"{at}.type"))
        allowed = ("True",) if kind in _ONLY_TRUE else ("False", "True", "Unknown")
        errors += required_one_of(condition.get("status", ""), f"{at}.status", allowed)
        if kind in _VERDICTS and set(_VERDICTS) <= {*seen, kind}:
            detail = "Approved and Denied conditions are mutually exclusive"
            errors.append(FieldError.invalid(_CONDITIONS, kind, detail))
        if kind in seen:
            errors.append(FieldError.duplicate(f"{at}.type", kind))
        seen.add(kind)
    return errors


def validate_status_change(new: Object, old: Object, *, approval: bool) -> list[FieldError]:
    """Errors of a changed status; an ``approval`` may bring a verdict, and anything else a certificate."""
    errors = validate_conditions(new)
    certificate, before = new.get("certificate"), old.get("certificate")
    if certificate != before and (problem := _certificate_problem(certificate)):
        errors.append(FieldError.invalid(_CERTIFICATE, "<certificate data>", problem))
    for kind in (*_VERDICTS, "Failed"):
        if len(_of(new, kind)) < len(_of(old, kind)):
            detail = f"updates may not remove a condition of type {quote(kind)}"
            errors.append(FieldError.forbidden(_CONDITIONS, detail))
    if not approval:
        errors += [error for kind in _VERDICTS for error in _verdict(kind, _of(new, kind), _of(old, kind))]
    if certificate != before and approval:
        errors.append(FieldError.forbidden(_CERTIFICATE, "updates may not set certificate content"))
    elif certificate != before and before:
        errors.append(
            FieldError.forbidden(_CERTIFICATE, "updates may not modify existing certificate content")
        )
    return errors


def _of(status: Object, kind: str) -> list[Object]:
    return [each for each in status.get("conditions") or () if each.get("type") == kind]


def _verdict(kind: str, new: Sequence[Object], old: Sequence[Object]) -> list[FieldError]:
    if len(new) > len(old):
        detail = f"updates may not add a condition of type {quote(kind)}"
    elif len(new) == len(old) and new != old:
        detail = f"updates may not modify a condition of type {quote(kind)}"
    else:
        return []
    return [FieldError.forbidden(_CONDITIONS, detail)]


def _certificate_problem(encoded: str | None) -> str:
    if not encoded:
        return ""
    kinds = [found.decode() for found in _BLOCK.findall(b64decode(encoded))]
    others = [kind for kind in kinds if kind != "CERTIFICATE"]
    if others:
        return f"only CERTIFICATE PEM blocks are allowed, found {quote(others[0])}"
    return "" if kinds else "must contain at least one CERTIFICATE PEM block"
