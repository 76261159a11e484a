"""What else configures a cluster, in tables: scheduling, flow control, roles, leases, certificates and devices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fakes.apimachinery.duration import human_duration
from fakes.kube.printers.columns import (
    AGE,
    NAME,
    Object,
    Printer,
    age_of,
    column,
    name_of,
    of_spec,
    wide,
)

__all__ = ["PRINTERS"]


def _priority_class(obj: Object, now: datetime) -> list[Any]:
    return [
        name_of(obj), obj.get("value", 0), obj.get("globalDefault", False), age_of(obj, now), obj.get("preemptionPolicy", ""),
    ]  # fmt: skip


def _flow_schema(obj: Object, now: datetime) -> list[Any]:
    spec = obj.get("spec") or {}
    conditions = (obj.get("status") or {}).get("conditions") or ()
    missing = next((each.get("status", "") for each in conditions if each.get("type") == "Dangling"), "?")
    return [
        name_of(obj),
        (spec.get("priorityLevelConfiguration") or {}).get("name", ""),
        spec.get("matchingPrecedence", 0),
        (spec.get("distinguisherMethod") or {}).get("type", "<none>"),
        age_of(obj, now),
        missing,
    ]


def _priority_level(_: Object, spec: Mapping[str, Any]) -> list[Any]:
    limited = spec.get("limited") or {}
    queuing = (limited.get("limitResponse") or {}).get("queuing") or {}
    shares = limited.get("nominalConcurrencyShares", "<none>")
    queues = (queuing.get(name, "<none>") for name in ("queues", "handSize", "queueLengthLimit"))
    return [spec.get("type", ""), shares, *queues]


def _signing_request(obj: Object, now: datetime) -> list[Any]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    kinds = {each.get("type") for each in status.get("conditions") or ()}
    state = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    state += ",Failed" * ("Failed" in kinds) + ",Issued" * bool(status.get("certificate"))
    seconds = spec.get("expirationSeconds")
    return [
        name_of(obj),
        age_of(obj, now),
        spec.get("signerName") or "<none>",
        spec.get("username", ""),
        "<none>" if seconds is None else human_duration(timedelta(seconds=seconds)),
        state,
    ]


def _role_binding(obj: Object, now: datetime) -> list[Any]:
    role, subjects = obj.get("roleRef") or {}, obj.get("subjects") or ()
    named = {
        kind: [each.get("name", "") for each in subjects if each.get("kind") == kind]
        for kind in ("User", "Group")
    }
    accounts = [
        f"{each.get('namespace', '')}/{each.get('name', '')}"
        for each in subjects
        if each.get("kind") == "ServiceAccount"
    ]
    return [
        name_of(obj),
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age_of(obj, now),
        ", ".join(named["User"]),
        ", ".join(named["Group"]),
        ", ".join(accounts),
    ]


def _claim_state(obj: Object, _: Mapping[str, Any]) -> list[Any]:
    status = obj.get("status") or {}
    states = ["deleted"] if obj.get("metadata", {}).get("deletionTimestamp") else []
    if status.get("allocation") is not None:
        states += ["allocated", "reserved"] if status.get("reservedFor") else ["allocated"]
    elif not states:
        states = ["pending"]
    return [",".join(states)]


def _role_binding_printer(kind: str, role: str) -> Printer:
    unresolved = "If the RoleRef cannot be resolved, the Authorizer must return an error."
    return Printer(
        shown=(
            NAME,
            column("Role", f"{role} {unresolved}"),
            AGE,
            wide("Users", f"Users in the {kind}"),
            wide("Groups", f"Groups in the {kind}"),
            wide("ServiceAccounts", f"ServiceAccounts in the {kind}"),
        ),
        row=_role_binding,
    )


_SIGNER_NAME = (
    "Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, it will "
    "be defaulted:\n 1. If it's a kubelet client certificate, it is assigned\n    "
    '"kubernetes.io/kube-apiserver-client-kubelet".\n 2. If it\'s a kubelet serving certificate, it is assigned\n    '
    '"kubernetes.io/kubelet-serving".\n 3. Otherwise, it is assigned "kubernetes.io/legacy-unknown".\n'
    "Distribution of trust for signers happens out of band. You can select on this field using `spec.signerName`."
)
_NAME_AND_AGE = Printer(shown=(NAME, AGE), row=of_spec(lambda _obj, _spec: []))

PRINTERS: Mapping[tuple[str, str], Printer] = {
    ("certificates.k8s.io", "CertificateSigningRequest"): Printer(
        shown=(
            NAME,
            AGE,
            column("SignerName", _SIGNER_NAME),
            column("Requestor", "Base64-encoded PKCS#10 CSR data"),
            column(
                "RequestedDuration",
                doc="certificates.v1.CertificateSigningRequestSpec.expirationSeconds",
            ),
            column("Condition", "Conditions applied to the request, such as approval or denial."),
        ),
        row=_signing_request,
    ),
    ("certificates.k8s.io", "ClusterTrustBundle"): Printer(
        shown=(NAME, column("SignerName", doc="certificates.v1beta1.ClusterTrustBundleSpec.signerName")),
        row=lambda obj, _: [name_of(obj), (obj.get("spec") or {}).get("signerName") or "<none>"],
    ),
    ("coordination.k8s.io", "Lease"): Printer(
        shown=(
            NAME,
            column("Holder", doc="coordination.v1.LeaseSpec.holderIdentity"),
            AGE,
        ),
        row=of_spec(lambda _, spec: [spec.get("holderIdentity", "")]),
    ),
    ("coordination.k8s.io", "LeaseCandidate"): Printer(
        shown=(
            NAME,
            column("LeaseName", doc="coordination.v1beta1.LeaseCandidateSpec.leaseName"),
            column("BinaryVersion"),
            column("EmulationVersion"),
            AGE,
        ),
        row=of_spec(
            lambda _, spec: [
                spec.get(name, "") for name in ("leaseName", "binaryVersion", "emulationVersion")
            ]
        ),
    ),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): Printer(
        shown=(
            NAME,
            column(
                "PriorityLevel",
                doc="flowcontrol.v1.PriorityLevelConfigurationReference.name",
            ),
            column("MatchingPrecedence", doc="flowcontrol.v1.FlowSchemaSpec.matchingPrecedence"),
            column("DistinguisherMethod", doc="flowcontrol.v1.FlowSchemaSpec.distinguisherMethod"),
            AGE,
            column("MissingPL", "references a broken or non-existent PriorityLevelConfiguration"),
        ),
        row=_flow_schema,
    ),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): Printer(
        shown=(
            NAME,
            column(
                "Type",
                doc="flowcontrol.v1.PriorityLevelConfigurationSpec.type",
            ),
            column(
                "NominalConcurrencyShares",
                doc="flowcontrol.v1.LimitedPriorityLevelConfiguration.nominalConcurrencyShares",
            ),
            column("Queues", doc="flowcontrol.v1.QueuingConfiguration.queues"),
            column("HandSize", doc="flowcontrol.v1.QueuingConfiguration.handSize"),
            column("QueueLengthLimit", doc="flowcontrol.v1.QueuingConfiguration.queueLengthLimit"),
            AGE,
        ),
        row=of_spec(_priority_level),
    ),
    ("node.k8s.io", "RuntimeClass"): Printer(
        shown=(NAME, column("Handler"), AGE),
        row=lambda obj, now: [name_of(obj), obj.get("handler", ""), age_of(obj, now)],
    ),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _role_binding_printer(
        "clusterRoleBinding", "RoleRef can only reference a ClusterRole in the global namespace."
    ),
    ("rbac.authorization.k8s.io", "RoleBinding"): _role_binding_printer(
        "roleBinding",
        "RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace.",
    ),
    ("resource.k8s.io", "DeviceClass"): _NAME_AND_AGE,
    ("resource.k8s.io", "ResourceClaim"): Printer(
        shown=(
            NAME,
            column("State", "A summary of the current state (allocated, pending, reserved, etc.)."),
            AGE,
        ),
        row=of_spec(_claim_state),
    ),
    ("resource.k8s.io", "ResourceClaimTemplate"): _NAME_AND_AGE,
    ("resource.k8s.io", "ResourceSlice"): Printer(
        shown=(
            NAME,
            column("Node", doc="resource.v1.ResourceSliceSpec.nodeName"),
            column("Driver", doc="resource.v1.ResourceSliceSpec.driver"),
            column("Pool", doc="resource.v1.ResourcePool.name"),
            AGE,
        ),
        row=of_spec(
            lambda _, spec: [
                spec.get("nodeName", ""),
                spec.get("driver", ""),
                (spec.get("pool") or {}).get("name", ""),
            ]
        ),
    ),
    ("scheduling.k8s.io", "PriorityClass"): Printer(
        shown=(
            NAME,
            column("Value", doc="scheduling.v1.PriorityClass.value", kind="integer"),
            column(
                "Global-Default",
                doc="scheduling.v1.PriorityClass.globalDefault",
                kind="boolean",
            ),
            AGE,
            column("PreemptionPolicy", doc="scheduling.v1.PriorityClass.preemptionPolicy"),
        ),
        row=_priority_class,
    ),
}
