"""Which strategy a built-in kind has: the composition of the modules beside this one.

Not here: apiextensions.k8s.io, apiregistration.k8s.io and rbac.authorization.k8s.io bring their own strategies.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fakes.apiserver.registry.strategy import Strategy
from fakes.kube.groups import (
    admissionregistration,
    apps,
    autoscaling,
    batch,
    certificates,
    claims,
    configuration,
    coordination,
    discovery,
    events,
    flowcontrol,
    namespaces,
    networking,
    node,
    nodes,
    pods,
    policy,
    quotas,
    resource,
    scheduling,
    serviceaccounts,
    services,
    stateful_sets,
    storage,
)
from fakes.kube.groups.addresses import Allocator
from fakes.kube.groups.builtin import BuiltinStrategy

__all__ = ["strategy_of"]

_STRATEGIES: Mapping[tuple[str, str], type[Strategy]] = MappingProxyType(
    {
        ("", "ConfigMap"): configuration.ConfigMapStrategy,
        ("", "Endpoints"): services.EndpointsStrategy,
        ("", "Event"): events.CoreEventStrategy,
        ("", "LimitRange"): quotas.LimitRangeStrategy,
        ("", "Namespace"): namespaces.NamespaceStrategy,
        ("", "Node"): nodes.NodeStrategy,
        ("", "PersistentVolume"): claims.PersistentVolumeStrategy,
        ("", "PersistentVolumeClaim"): claims.PersistentVolumeClaimStrategy,
        ("", "Pod"): pods.PodStrategy,
        ("", "PodTemplate"): pods.PodTemplateStrategy,
        ("", "ReplicationController"): apps.ReplicationControllerStrategy,
        ("", "ResourceQuota"): quotas.ResourceQuotaStrategy,
        ("", "Secret"): configuration.SecretStrategy,
        ("", "ServiceAccount"): serviceaccounts.ServiceAccountStrategy,
        (
            "admissionregistration.k8s.io",
            "MutatingAdmissionPolicy",
        ): admissionregistration.AdmissionPolicyStrategy,
        (
            "admissionregistration.k8s.io",
            "MutatingAdmissionPolicyBinding",
        ): admissionregistration.AdmissionPolicyBindingStrategy,
        (
            "admissionregistration.k8s.io",
            "MutatingWebhookConfiguration",
        ): admissionregistration.MutatingWebhookConfigurationStrategy,
        (
            "admissionregistration.k8s.io",
            "ValidatingAdmissionPolicy",
        ): admissionregistration.ValidatingAdmissionPolicyStrategy,
        (
            "admissionregistration.k8s.io",
            "ValidatingAdmissionPolicyBinding",
        ): admissionregistration.ValidatingAdmissionPolicyBindingStrategy,
        (
            "admissionregistration.k8s.io",
            "ValidatingWebhookConfiguration",
        ): admissionregistration.WebhookConfigurationStrategy,
        ("apps", "ControllerRevision"): apps.ControllerRevisionStrategy,
        ("apps", "DaemonSet"): apps.DaemonSetStrategy,
        ("apps", "Deployment"): apps.DeploymentStrategy,
        ("apps", "ReplicaSet"): apps.ReplicaSetStrategy,
        ("apps", "StatefulSet"): stateful_sets.StatefulSetStrategy,
        ("autoscaling", "HorizontalPodAutoscaler"): autoscaling.HorizontalPodAutoscalerStrategy,
        ("batch", "CronJob"): batch.CronJobStrategy,
        ("batch", "Job"): batch.JobStrategy,
        ("certificates.k8s.io", "CertificateSigningRequest"): certificates.CertificateSigningRequestStrategy,
        ("certificates.k8s.io", "ClusterTrustBundle"): certificates.ClusterTrustBundleStrategy,
        ("certificates.k8s.io", "PodCertificateRequest"): certificates.PodCertificateRequestStrategy,
        ("coordination.k8s.io", "Lease"): coordination.LeaseStrategy,
        ("coordination.k8s.io", "LeaseCandidate"): coordination.LeaseCandidateStrategy,
        ("discovery.k8s.io", "EndpointSlice"): discovery.EndpointSliceStrategy,
        ("events.k8s.io", "Event"): events.EventStrategy,
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"): flowcontrol.FlowSchemaStrategy,
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): flowcontrol.PriorityLevelStrategy,
        ("networking.k8s.io", "IPAddress"): networking.IPAddressStrategy,
        ("networking.k8s.io", "Ingress"): networking.IngressStrategy,
        ("networking.k8s.io", "IngressClass"): networking.IngressClassStrategy,
        ("networking.k8s.io", "NetworkPolicy"): networking.NetworkPolicyStrategy,
        ("networking.k8s.io", "ServiceCIDR"): networking.ServiceCIDRStrategy,
        ("node.k8s.io", "RuntimeClass"): node.RuntimeClassStrategy,
        ("policy", "PodDisruptionBudget"): policy.PodDisruptionBudgetStrategy,
        ("resource.k8s.io", "DeviceClass"): resource.DeviceClassStrategy,
        ("resource.k8s.io", "DeviceTaintRule"): resource.DeviceTaintRuleStrategy,
        ("resource.k8s.io", "ResourceClaim"): resource.ResourceClaimStrategy,
        ("resource.k8s.io", "ResourceClaimTemplate"): resource.ResourceClaimTemplateStrategy,
        ("resource.k8s.io", "ResourceSlice"): resource.ResourceSliceStrategy,
        ("scheduling.k8s.io", "PriorityClass"): scheduling.PriorityClassStrategy,
        ("storage.k8s.io", "CSIDriver"): storage.CSIDriverStrategy,
        ("storage.k8s.io", "CSINode"): storage.CSINodeStrategy,
        ("storage.k8s.io", "CSIStorageCapacity"): storage.CSIStorageCapacityStrategy,
        ("storage.k8s.io", "StorageClass"): storage.StorageClassStrategy,
        ("storage.k8s.io", "VolumeAttachment"): storage.VolumeAttachmentStrategy,
        ("storage.k8s.io", "VolumeAttributesClass"): storage.VolumeAttributesClassStrategy,
    }
)


def strategy_of(group: str, version: str, kind: str, *, allocator: Allocator | None = None) -> Strategy:
    """The rules of a built-in kind; those of a plain kind where nothing special is known.

    ``allocator`` gives Services their addresses and node ports; without one they get none.
    """
    match group, version, kind:
        case "", _, "Service":
            return services.ServiceStrategy(allocator)
        case "autoscaling", "v1", "HorizontalPodAutoscaler":
            return autoscaling.HorizontalPodAutoscalerV1Strategy()
        case _:
            return _STRATEGIES.get((group, kind), BuiltinStrategy)()
