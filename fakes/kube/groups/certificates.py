"""Requests for certificates, and bundles of trust. Who asks is written into a request by whoever serves it.

Source: k8s.io/kubernetes, pkg/apis/certificates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.validation import path_segment_name
from fakes.apiserver.registry.strategy import MetadataCheck, Object
from fakes.kube.groups.certificate_validation import is_request, validate_signer, validate_status_change
from fakes.kube.groups.rules import duplicates, unsupported
from fakes.kube.groups.selectable import SelectableStrategy

__all__ = ["CertificateSigningRequestStrategy", "ClusterTrustBundleStrategy", "PodCertificateRequestStrategy"]


_USAGES = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment",
    "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel",
    "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
    "server auth", "signing", "timestamping",
)  # fmt: skip


class CertificateSigningRequestStrategy(SelectableStrategy):
    """CertificateSigningRequest, whose spec never changes."""

    metadata_checks: ClassVar[tuple[MetadataCheck, ...]] = ("change", "whole")
    validate_name = staticmethod(path_segment_name)
    has_status = True
    zero_status: ClassVar[Mapping[str, Any] | None] = {}
    resets: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "": ("spec", "status"),
        "status": ("spec", "status.conditions"),
        "approval": ("spec", "status.certificate"),
    }
    field_labels: ClassVar[Mapping[str, str]] = {"spec.signerName": ""}
    selectable_by_namespace = False

    def prepare_for_update(self, obj: Object, old: Object) -> None:
        obj["spec"] = old.get("spec") or {}

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        if not is_request(request := spec.get("request")):
            detail = "PEM block type must be CERTIFICATE REQUEST"
            errors.append(FieldError.invalid("spec.request", request or None, detail))
        usages = spec.get("usages") or []
        if not usages:
            errors.append(FieldError.required("spec.usages"))
        for position, usage in enumerate(usages):
            errors += unsupported(usage, f"spec.usages[{position}]", _USAGES)
        errors += duplicates(usages, "spec.usages")
        if (signer := spec.get("signerName", "")) == "kubernetes.io/legacy-unknown":
            detail = "the legacy signerName is not allowed via this API version"
            errors.append(FieldError.invalid("spec.signerName", signer, detail))
        else:
            errors += validate_signer(signer, "spec.signerName")
        seconds = spec.get("expirationSeconds")
        if seconds is not None and seconds < 600:
            detail = "may not specify a duration less than 600 seconds (10 minutes)"
            errors.append(FieldError.invalid("spec.expirationSeconds", seconds, detail))
        return errors

    def validate_update(self, obj: Object, old: Object) -> list[FieldError]:
        return []

    def prepare_for_status_update(self, obj: Object, old: Object) -> None:
        status, before = obj.get("status") or {}, old.get("status") or {}
        conditions = list(status.get("conditions") or ())
        for kind in ("Approved", "Denied"):
            places = [place for place, each in enumerate(conditions) if each.get("type") == kind]
            kept = [each for each in before.get("conditions") or () if each.get("type") == kind]
            for place, each in zip(places, kept, strict=False) if len(places) == len(kept) else ():
                conditions[place] = each
        if conditions:
            obj["status"] = {**status, "conditions": conditions}

    def validate_status_update(self, obj: Object, old: Object) -> list[FieldError]:
        return validate_status_change(obj.get("status") or {}, old.get("status") or {}, approval=False)

    def stamp_status(self, obj: Object, old: Object, now: str) -> None:
        status, before = obj.get("status") or {}, (old.get("status") or {}).get("conditions") or []
        if conditions := status.get("conditions"):
            obj["status"] = {**status, "conditions": [_dated(each, before, now) for each in conditions]}


def _dated(condition: Object, before: list[Object], now: str) -> Object:
    """A condition with the times that whoever wrote it left out."""
    same = (
        each for each in before if all(each.get(name) == condition.get(name) for name in ("type", "status"))
    )
    since = next((each.get("lastTransitionTime") for each in same), None)
    return {
        **condition,
        "lastUpdateTime": condition.get("lastUpdateTime") or now,
        "lastTransitionTime": condition.get("lastTransitionTime") or since or now,
    }


class ClusterTrustBundleStrategy(SelectableStrategy):
    """ClusterTrustBundle."""

    allow_unconditional_update = False
    field_labels: ClassVar[Mapping[str, str]] = {"spec.signerName": ""}
    selectable_by_namespace = False

    def validate(self, obj: Object) -> list[FieldError]:
        spec = obj.get("spec") or {}
        return (
            []
            if spec.get("trustBundle")
            else [
                FieldError.invalid(
                    "spec.trustBundle", "<value omitted>", "at least one trust anchor must be provided"
                )
            ]
        )


class PodCertificateRequestStrategy(SelectableStrategy):
    """PodCertificateRequest."""

    has_status = True
    status_keeps_metadata = True
    allow_unconditional_update = False
    zero_status: ClassVar[Mapping[str, Any] | None] = {}
    field_labels: ClassVar[Mapping[str, str]] = {"spec.signerName": "", "spec.nodeName": ""}
