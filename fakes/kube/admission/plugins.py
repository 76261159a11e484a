"""Which admission plugins a kube-apiserver runs, in their order."""

from __future__ import annotations

from fakes.apiserver.admission.chain import AdmissionChain
from fakes.apiserver.authorization.authorizer import Decider
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.builtin import BuiltinAdmission
from fakes.kube.admission.lifecycle import NamespaceLifecycle
from fakes.kube.rbac.granting import GrantingCheck

__all__ = ["admission_chain"]


def admission_chain(storage: Storage, decider: Decider, policy: Policy) -> AdmissionChain:
    """The plugins that are on by default, as far as they are simulated."""
    lifecycle = NamespaceLifecycle(storage)
    return AdmissionChain(
        mutators=[lifecycle, BuiltinAdmission(storage), GrantingCheck(decider, policy)],
        validators=[lifecycle],
    )
