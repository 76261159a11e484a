"""``mirrordclusteroperatorusercredentials``: created, answered with a certificate, and forgotten."""

from __future__ import annotations

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Object
from fakes.apiserver.storage.interface import Stored
from fakes.mirrord.registry.certificates import UserCertificates

__all__ = ["UserCredentialsREST"]

_KINDS = ("regular", "ci")


class UserCredentialsREST:
    """Implements create."""

    def __init__(self, certificates: UserCertificates, names: Names) -> None:
        self._certificates = certificates
        self._names = names

    async def create(self, context: Context, obj: Object, name: str = "") -> Stored:
        spec = obj.get("spec")
        if not isinstance(spec, dict) or not isinstance(spec.get("csr"), str):
            raise StatusError.bad_request("spec.csr is required")
        if spec.get("kind") not in _KINDS:
            raise StatusError.bad_request(f"spec.kind must be one of {', '.join(_KINDS)}")
        certificate = self._certificates.issue(spec["csr"], context.now)
        sent = obj["metadata"]
        metadata = {
            **sent, "name": sent.get("name") or self._names.generate(sent.get("generateName", "")),
            "uid": self._names.uid(), "creationTimestamp": rfc3339(context.now),
        }  # fmt: skip
        return Stored(
            metadata["name"], {"metadata": metadata, "spec": spec, "status": {"certificate": certificate}}, 0
        )
