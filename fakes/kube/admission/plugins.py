"""Which admission plugins a kube-apiserver runs, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from fakes.apiserver.admission.chain import AdmissionChain
from fakes.apiserver.authorization.authorizer import Decider
from fakes.apiserver.authorization.policy import Policy
from fakes.apiserver.storage.interface import Storage
from fakes.kube.admission.builtin import BuiltinAdmission
from fakes.kube.admission.lifecycle import NamespaceLifecycle
from fakes.kube.admission.limits import LimitRanger
from fakes.kube.admission.matching import Versions
from fakes.kube.admission.params import Resources
from fakes.kube.admission.policies import ValidatingPolicies
from fakes.kube.admission.quotas import ResourceQuotas
from fakes.kube.admission.runtime_classes import RuntimeClasses
from fakes.kube.admission.webhook_calls import ServiceApps, WebhookClient
from fakes.kube.admission.webhooks import MutatingWebhooks, ValidatingWebhooks
from fakes.kube.rbac.granting import GrantingCheck

__all__ = ["Surroundings", "admission_chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What plugins ask about the rest of the server.

    Args:
        versions: in which versions a resource is served.
        resources: where objects of a kind are filed.
        apps: servers of this process behind Services, for webhooks.
    """

    versions: Versions = lambda _group, _resource: ()
    resources: Resources = lambda _api_version, _kind: None
    apps: ServiceApps = lambda _namespace, _name: None


def admission_chain(
    storage: Storage, decider: Decider, policy: Policy, around: Surroundings | None = None
) -> AdmissionChain:
    """The plugins that are on by default, as far as they are simulated."""
    around = around or Surroundings()
    lifecycle = NamespaceLifecycle(storage)
    limits = LimitRanger(storage)
    runtimes = RuntimeClasses(storage)
    client = WebhookClient(storage, around.apps)
    return AdmissionChain(
        mutators=[
            lifecycle,
            limits,
            BuiltinAdmission(storage),
            runtimes,
            GrantingCheck(decider, policy),
            MutatingWebhooks(storage, client, around.versions),
        ],
        validators=[
            lifecycle,
            limits,
            runtimes,
            ValidatingPolicies(storage, around.versions, around.resources),
            ValidatingWebhooks(storage, client, around.versions),
            ResourceQuotas(storage),
        ],
    )
