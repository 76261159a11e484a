"""Rules of built-in kinds: facts of each, defaults beyond the recorded ones, refusals, and what may change."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fakes.apimachinery.field import aggregate
from fakes.apiserver.registry.strategy import FieldLabelError
from fakes.kube.builtin.resources import builtin_resources
from fakes.kube.groups.addresses import RangeAllocator
from fakes.kube.groups.registry import strategy_of
from fakes.kube.groups.scale import apply_scale, scale_of

Object = dict[str, Any]
APPS = "apps"
CONTAINER = {"name": "c", "image": "i:1"}


def _of(group: str, kind: str, obj: Object, version: str = "v1") -> Object:
    """The object as it is stored when it is new."""
    obj = copy.deepcopy({"metadata": {"name": "x", "namespace": "t"}, **obj})
    strategy = strategy_of(group, version, kind, allocator=RangeAllocator())
    strategy.default(obj)
    obj["metadata"]["uid"] = "u"
    strategy.prepare_for_create(obj)
    return obj


def _errors(group: str, kind: str, obj: Object) -> str:
    found = strategy_of(group, "v1", kind).validate(_of(group, kind, obj))
    return aggregate(found) if found else ""


def _pod(**spec: Any) -> Object:
    return {"spec": {"containers": [CONTAINER], **spec}}


def _container(**fields: Any) -> Object:
    return _pod(containers=[{**CONTAINER, **fields}])


def _workload(labels: Any = None, **spec: Any) -> Object:
    labels = {"a": "b"} if labels is None else labels
    template = {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}}
    return {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template, **spec}}


@pytest.mark.parametrize(
    "resource", builtin_resources(), ids=lambda each: f"{each.group}/{each.version}/{each.kind}"
)
def test_every_kind_can_be_made_of_nothing_without_a_bug(resource: Any) -> None:
    strategy = strategy_of(resource.group, resource.version, resource.kind)
    obj = _of(resource.group, resource.kind, {}, resource.version)
    old = copy.deepcopy(obj)
    strategy.prepare_for_update(obj, old)
    strategy.prepare_for_status_update(obj, old)
    assert isinstance(strategy.validate(obj), list)
    assert isinstance(strategy.validate_update(obj, old), list)
    assert isinstance(strategy.validate_status_update(obj, old), list)
    assert strategy.selectable_fields(obj)["metadata.name"] == "x"
    before = copy.deepcopy(obj)
    strategy.default(obj)
    assert obj == before


@pytest.mark.parametrize(
    ("group", "kind", "facts"),
    [
        ("", "ConfigMap", {}),
        ("", "Pod", {"has_generation", "has_status", "returns_deleted_object", "graceful"}),
        ("", "Service", {"has_status", "allow_create_on_update", "returns_deleted_object"}),
        ("", "Namespace", {"has_status", "returns_deleted_object"}),
        (APPS, "Deployment", {"has_generation", "has_status"}),
        ("coordination.k8s.io", "Lease", {"allow_create_on_update", "conditional"}),
        ("policy", "PodDisruptionBudget", {"has_generation", "has_status", "conditional"}),
        ("storage.k8s.io", "StorageClass", {"returns_deleted_object"}),
        ("batch", "Job", {"has_generation", "has_status", "orphan"}),
        ("", "ReplicationController", {"has_generation", "has_status", "orphan"}),
        ("networking.k8s.io", "NetworkPolicy", {"has_generation"}),
        ("no.such.group", "Thing", {}),
    ],
)
def test_facts_of_a_kind(group: str, kind: str, facts: set[str]) -> None:
    strategy = strategy_of(group, "v1", kind)
    names = ("has_generation", "has_status", "allow_create_on_update", "returns_deleted_object", "graceful")
    found = {name for name in names if getattr(strategy, name)}
    found |= {"orphan"} if strategy.default_propagation == "Orphan" else set()
    found |= set() if strategy.allow_unconditional_update else {"conditional"}
    assert found == set(facts)


@pytest.mark.parametrize(
    ("group", "kind", "label", "answer"),
    [
        ("", "Pod", "spec.host", "spec.nodeName"),
        ("", "Pod", "status.podIPs", "status.podIPs"),
        ("", "Node", "metadata.namespace", "field label not supported: metadata.namespace"),
        ("batch", "Job", "spec.x", 'field label "spec.x" not supported for Job'),
        ("batch", "Job", "status.successful", "status.successful"),
        (
            APPS,
            "Deployment",
            "x",
            '"x" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
        ("", "Event", "regarding.name", "field label not supported: regarding.name"),
        ("events.k8s.io", "Event", "regarding.name", "regarding.name"),
        ("certificates.k8s.io", "CertificateSigningRequest", "spec.signerName", "spec.signerName"),
    ],
)
def test_fields_that_can_be_selected_by(group: str, kind: str, label: str, answer: str) -> None:
    strategy = strategy_of(group, "v1", kind)
    try:
        found = strategy.check_field_label(label)
    except FieldLabelError as error:
        found = str(error)
    assert found == answer


DEFAULTS: list[tuple[str, str, str, Object, Any]] = [
    ("limits become requests", "", "Pod", _container(resources={"limits": {"cpu": "1"}}), ("spec.containers.0.resources.requests", {"cpu": "1"})),
    ("limits and requests make quality", "", "Pod", _container(resources={"limits": {"cpu": "1", "memory": "1"}}), ("status.qosClass", "Guaranteed")),
    ("a digest is not pulled again", "", "Pod", _container(image="r:5000/i@sha256:0"), ("spec.containers.0.imagePullPolicy", "IfNotPresent")),
    ("no tag is latest", "", "Pod", _container(image="r:5000/i"), ("spec.containers.0.imagePullPolicy", "Always")),
    ("probes", "", "Pod", _container(livenessProbe={"httpGet": {"port": 1}}), ("spec.containers.0.livenessProbe", {"httpGet": {"port": 1, "path": "/", "scheme": "HTTP"}, "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3})),
    ("volumes", "", "Pod", _pod(volumes=[{"name": "v", "configMap": {"name": "c"}}, {"name": "e"}]), ("spec.volumes", [{"name": "v", "configMap": {"name": "c", "defaultMode": 420}}, {"name": "e", "emptyDir": {}}])),
    ("field references", "", "Pod", _container(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]), ("spec.containers.0.env.0.valueFrom.fieldRef.apiVersion", "v1")),
    ("host ports", "", "Pod", _pod(hostNetwork=True, containers=[{**CONTAINER, "ports": [{"containerPort": 8}]}]), ("spec.containers.0.ports.0.hostPort", 8)),
    ("a job selects its uid", "batch", "Job", {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [CONTAINER]}}}}, ("spec.selector", {"matchLabels": {"batch.kubernetes.io/controller-uid": "u"}})),
    ("a job wears the labels of its template", "batch", "Job", {"spec": {"template": {}}}, ("metadata.labels.job-name", "x")),
    ("a template of claims", APPS, "StatefulSet", _workload(volumeClaimTemplates=[{"metadata": {"name": "d"}}]), ("spec.volumeClaimTemplates", [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "d"}, "spec": {"volumeMode": "Filesystem", "resources": {}}, "status": {"phase": "Pending"}}])),
    ("daemon sets roll", APPS, "DaemonSet", _workload(), ("spec.updateStrategy", {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}})),
    ("daemon sets count templates", APPS, "DaemonSet", _workload(), ("metadata.annotations", {"deprecated.daemonset.template.generation": "1"})),
    ("an address for a service", "", "Service", {"spec": {"ports": [{"port": 80}]}}, ("spec.clusterIPs", ["10.96.0.11"])),
    ("no address for a bad service", "", "Service", {"spec": {"ports": [{"port": 0}]}}, ("spec.clusterIP", None)),
    ("egress rules mean both types", "networking.k8s.io", "NetworkPolicy", {"spec": {"egress": [{}]}}, ("spec.policyTypes", ["Ingress", "Egress"])),
    ("hooks", "admissionregistration.k8s.io", "MutatingWebhookConfiguration", {"webhooks": [{"name": "a", "rules": [{}]}]}, ("webhooks.0", {"name": "a", "rules": [{"scope": "*"}], "failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10, "namespaceSelector": {}, "objectSelector": {}, "reinvocationPolicy": "Never"})),
    ("limits of containers", "", "LimitRange", {"spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}}, ("spec.limits.0.defaultRequest", {"cpu": "1"})),
]  # fmt: skip


def _at(obj: Any, path: str) -> Any:
    for name in path.split("."):
        obj = obj[int(name)] if isinstance(obj, list) else obj.get(name)
    return obj


@pytest.mark.parametrize(
    ("group", "kind", "obj", "expected"), [each[1:] for each in DEFAULTS], ids=[each[0] for each in DEFAULTS]
)
def test_what_is_filled_in(group: str, kind: str, obj: Object, expected: tuple[str, Any]) -> None:
    path, value = expected
    if path.startswith("metadata."):
        head, _, rest = path.removeprefix("metadata.").partition(".")
        found = _of(group, kind, obj)["metadata"][head]
        assert (found[rest] if rest else found) == value
    else:
        assert _at(_of(group, kind, obj), path) == value


LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
REFUSALS: list[tuple[str, str, Object, str]] = [
    ("", "Pod", _container(ports=[{"name": "a_b", "containerPort": 1}]), 'spec.containers[0].ports[0].name: Invalid value: "a_b": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'),
    ("", "Pod", _container(ports=[{"protocol": "ICMP", "containerPort": 1}]), 'spec.containers[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'),
    ("", "Pod", _container(env=[{"value": "x"}]), "spec.containers[0].env[0].name: Required value"),
    ("", "Pod", _container(env=[{"name": "A=B"}]), 'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\''),
    ("", "Pod", _container(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s"}}}]), "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value"),
    ("", "Pod", _container(imagePullPolicy="Sometimes"), 'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"'),
    ("", "Pod", _container(livenessProbe={"successThreshold": 2, "exec": {"command": ["x"]}}), "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"),
    ("", "Pod", _container(readinessProbe={}), "spec.containers[0].readinessProbe: Required value: must specify a handler type"),
    ("", "Pod", _container(resources={"requests": {"speed": "1"}}), '[spec.containers[0].resources.requests[speed]: Invalid value: "speed": must be a standard resource type or fully qualified, spec.containers[0].resources.requests[speed]: Invalid value: "speed": must be a standard resource for containers]'),
    ("", "Pod", _container(resources={"limits": {"cpu": "-1"}}), '[spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0, spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0]'),
    ("", "Pod", _pod(volumes=[{"name": "v"}, {"name": "v"}]), 'spec.volumes[1].name: Duplicate value: "v"'),
    ("", "Pod", _pod(volumes=[{"name": "v", "emptyDir": {}, "configMap": {"name": "c"}}]), "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type"),
    ("", "Pod", _pod(volumes=[{"name": "v", "secret": {}}]), "spec.volumes[0].secret.secretName: Required value"),
    ("", "Pod", _pod(initContainers=[CONTAINER]), 'spec.initContainers[0].name: Duplicate value: "c"'),
    ("", "Pod", _pod(tolerations=[{"operator": "Equal", "value": "x"}]), 'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"'),
    ("", "Pod", _pod(activeDeadlineSeconds=0), "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"),
    ("", "Pod", _pod(dnsPolicy="None"), "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"),
    ("", "Pod", _pod(hostname="A"), f'spec.hostname: Invalid value: "A": {LABEL}'),
    (APPS, "ReplicaSet", {"spec": {"template": {"spec": {"containers": [CONTAINER]}}}}, "[spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`]"),
    (APPS, "Deployment", _workload(selector={}), "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
    (APPS, "Deployment", _workload(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}), "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"),
    (APPS, "Deployment", _workload(strategy={"rollingUpdate": {"maxUnavailable": "200%"}}), 'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "200%": must not be greater than 100%'),
    (APPS, "Deployment", _workload(minReadySeconds=700), "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"),
    (APPS, "StatefulSet", _workload(podManagementPolicy="Any"), 'spec.podManagementPolicy: Invalid value: "Any": must be \'OrderedReady\' or \'Parallel\''),
    (APPS, "DaemonSet", _workload({"a": "c"}), 'spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`'),
    ("batch", "Job", {"spec": {"template": {"spec": {"containers": [CONTAINER]}}}}, 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'),
    ("batch", "CronJob", {"spec": {"schedule": "x", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [CONTAINER]}}}}}}, 'spec.schedule: Invalid value: "x": expected exactly 5 fields, found 1: [x]'),
    ("batch", "CronJob", {"spec": {"schedule": "70 * * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [CONTAINER]}}}}}}, 'spec.schedule: Invalid value: "70 * * * *": end of range (70) above maximum (59): 70'),
    ("", "Service", {"spec": {"ports": [{"port": 80}], "sessionAffinity": "Sticky"}}, 'spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"'),
    ("", "Service", {"spec": {"ports": [{"port": 80, "nodePort": 30000}]}}, "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"),
    ("", "Service", {"spec": {"type": "ExternalName"}}, "spec.externalName: Required value"),
    ("", "Service", {"spec": {"ports": [{"name": "a", "port": 80}, {"name": "a", "port": 80}]}}, '[spec.ports[1].name: Duplicate value: "a", spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}]'),
    ("", "Service", {"spec": {"ports": [{"port": 80}], "clusterIP": "x"}}, 'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
    ("", "Secret", {"type": "kubernetes.io/basic-auth"}, "[data[username]: Required value, data[password]: Required value]"),
    ("", "Secret", {"type": "kubernetes.io/service-account-token"}, "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
    ("", "Secret", {"type": "kubernetes.io/dockerconfigjson", "stringData": {".dockerconfigjson": "x"}}, "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'x' looking for beginning of value"),
    ("", "ConfigMap", {"data": {"k": "x" * 1048577}}, "[]: Too long: may not be more than 1048576 bytes"),
    ("", "PersistentVolumeClaim", {"spec": {}}, "[spec.accessModes: Required value: at least 1 access mode is required, spec.resources[storage]: Required value]"),
    ("", "PersistentVolumeClaim", {"spec": {"accessModes": ["RWO"], "resources": {"requests": {"storage": "1Gi"}}}}, 'spec.accessModes: Unsupported value: "RWO": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'),
    ("", "ResourceQuota", {"spec": {"hard": {"things": "1"}}}, '[spec.hard[things]: Invalid value: "things": must be a standard resource type or fully qualified, spec.hard[things]: Invalid value: "things": must be a standard resource for quota]'),
    ("", "Node", {"spec": {"taints": [{"key": "k", "effect": "Never"}]}}, 'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'),
    ("", "Event", {"involvedObject": {"name": "x"}}, 'involvedObject.namespace: Invalid value: "": does not match event.namespace'),
    ("events.k8s.io", "Event", {"regarding": {"namespace": "t"}, "type": "Odd"}, '[eventTime: Required value, type: Invalid value: "": has invalid value: Odd]'),
    ("networking.k8s.io", "Ingress", {"spec": {}}, "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"),
    ("networking.k8s.io", "Ingress", {"spec": {"rules": [{"http": {"paths": [{"path": "x", "pathType": "Prefix", "backend": {"service": {"name": "s"}}}]}}]}}, '[spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path, spec.rules[0].http.paths[0].backend: Required value: port name or number is required]'),
    ("networking.k8s.io", "NetworkPolicy", {"spec": {"ingress": [{"from": [{}]}]}}, "spec.ingress[0].from[0]: Required value: must specify a peer"),
    ("autoscaling", "HorizontalPodAutoscaler", {"spec": {"minReplicas": 3, "maxReplicas": 2, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment"}}}, "[spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`, spec.scaleTargetRef.name: Required value]"),
    ("policy", "PodDisruptionBudget", {"spec": {"minAvailable": "half"}}, "spec.minAvailable: Invalid value: \"half\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"),
    ("autoscaling", "HorizontalPodAutoscaler", {"spec": {"maxReplicas": 1, "scaleTargetRef": {"kind": "D", "name": "d", "apiVersion": "a/v1"}, "metrics": [{"type": "Pods", "pods": {"metric": {"name": ""}, "target": {"type": "Value", "value": "1"}}}]}}, "[spec.metrics[0].pods.metric.name: Required value: must specify a metric name, spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue]"),
    ("policy", "PodDisruptionBudget", {"spec": {"minAvailable": 1, "maxUnavailable": 1}}, 'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set'),
    ("", "Pod", {"spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"seccompProfile": {"type": "Localhost"}}}]}}, "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost"),
    ("", "Pod", {"spec": {"containers": [{"name": "c", "image": "i"}], "volumes": [{"name": "d", "downwardAPI": {"items": [{"path": "a"}]}}]}}, "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"),
    ("batch", "CronJob", {"spec": {"schedule": "* * * * *", "timeZone": "No/Where", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}}}}}}, 'spec.timeZone: Invalid value: "No/Where": unknown time zone No/Where'),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema", {"spec": {"priorityLevelConfiguration": {"name": "x"}, "rules": [{}]}}, "[spec.rules[0].subjects: Required value: subjects must contain at least one value, spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty]"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", {"spec": {"type": "Limited"}}, "spec.limited: Required value: must not be empty when type is Limited"),
    ("resource.k8s.io", "ResourceClaim", {"spec": {"devices": {"requests": [{"name": "r"}]}}}, "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required"),
    ("storage.k8s.io", "CSINode", {"spec": {"drivers": [{"name": "", "nodeID": ""}]}}, "[spec.drivers[0].name: Required value, spec.drivers[0].nodeID: Required value]"),
    ("", "LimitRange", {"spec": {"limits": [{"type": "Container", "maxLimitRequestRatio": {"cpu": "0.5"}}]}}, 'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1'),
    ("", "ResourceQuota", {"spec": {"scopes": ["BestEffort"], "hard": {"cpu": 1}}}, 'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'),
    ("", "PersistentVolume", {"spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "csi": {}}}, "[spec.csi.driver: Required value, spec.csi.volumeHandle: Required value]"),
    ("scheduling.k8s.io", "PriorityClass", {"value": 2000000000}, "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"),
    ("storage.k8s.io", "StorageClass", {}, "provisioner: Required value"),
    ("coordination.k8s.io", "Lease", {"spec": {"leaseTransitions": -1}}, "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"),
    ("discovery.k8s.io", "EndpointSlice", {"addressType": "IPv9"}, 'addressType: Unsupported value: "IPv9": supported values: "FQDN", "IPv4", "IPv6"'),
    ("", "Endpoints", {"subsets": [{"addresses": [{"ip": "127.0.0.1"}], "ports": [{"port": 1}]}]}, 'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("group", "kind", "obj", "message"),
    REFUSALS,
    ids=[f"{each[1]}-{position}" for position, each in enumerate(REFUSALS)],
)
def test_refusals(group: str, kind: str, obj: Object, message: str) -> None:
    assert _errors(group, kind, obj) == message


def _changed(obj: Object, path: str, value: Any) -> Object:
    head, _, rest = path.partition(".")
    if isinstance(obj, list):
        return [_changed(each, rest, value) if str(i) == head else each for i, each in enumerate(obj)]  # type: ignore[return-value]
    return {**obj, head: _changed(obj.get(head) or {}, rest, value) if rest else value}


UPDATES: list[tuple[str, str, Object, str, Any, str]] = [
    ("", "Pod", _pod(), "spec.containers.0.image", "i:2", ""),
    ("", "Pod", _pod(), "spec.containers", [CONTAINER, CONTAINER], "pod updates may not add or remove containers"),
    ("", "Pod", _pod(), "spec.containers.0.command", ["x"], "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"),
    ("", "Pod", _pod(activeDeadlineSeconds=5), "spec.activeDeadlineSeconds", 6, "must be less than or equal to previous value"),
    ("", "Pod", _pod(tolerations=[{"key": "a", "operator": "Exists"}]), "spec.tolerations", [], "existing toleration can not be modified except its tolerationSeconds"),
    (APPS, "Deployment", _workload(), "spec.replicas", 3, ""),
    (APPS, "StatefulSet", _workload(), "spec.replicas", 3, ""),
    (APPS, "StatefulSet", _workload(), "spec.serviceName", "s", "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"),
    ("", "Service", {"spec": {"ports": [{"port": 80}]}}, "spec.clusterIP", "10.0.0.9", 'spec.clusterIPs[0]: Invalid value: ["10.0.0.9"]: may not change once set'),
    ("", "Service", {"spec": {"ports": [{"port": 80}]}}, "spec.type", "NodePort", ""),
    ("", "Secret", {}, "type", "example.com/x", 'type: Invalid value: "example.com/x": field is immutable'),
    ("", "ConfigMap", {"immutable": True}, "data", {"a": "b"}, "data: Forbidden: field is immutable when `immutable` is set"),
    ("storage.k8s.io", "StorageClass", {"provisioner": "p"}, "reclaimPolicy", "Retain", "reclaimPolicy: Invalid value: \"Retain\": field is immutable"),
    ("scheduling.k8s.io", "PriorityClass", {"value": 1}, "value", 2, "value: Forbidden: may not be changed in an update."),
    ("batch", "Job", {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [CONTAINER]}}}}, "spec.completions", 5, "spec.completions: Invalid value: 5: field is immutable"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("group", "kind", "obj", "path", "value", "message"),
    UPDATES,
    ids=[f"{each[1]}-{each[3]}" for each in UPDATES],
)
def test_what_may_change(group: str, kind: str, obj: Object, path: str, value: Any, message: str) -> None:
    strategy = strategy_of(group, "v1", kind)
    old = _of(group, kind, obj)
    new = copy.deepcopy(_changed(old, path, value))
    strategy.default(new)
    strategy.prepare_for_update(new, old)
    found = strategy.validate_update(new, old)
    assert (message in aggregate(found)) if message else not found


@pytest.mark.parametrize(
    ("spec", "phase", "requested", "grace"),
    [
        ({}, "Pending", None, 0),
        ({"nodeName": "n"}, "Running", None, 30),
        ({"nodeName": "n", "terminationGracePeriodSeconds": 5}, "Running", None, 5),
        ({"nodeName": "n"}, "Running", 0, 0),
        ({"nodeName": "n"}, "Running", 7, 7),
        ({"nodeName": "n"}, "Succeeded", None, 0),
        ({"nodeName": "n", "terminationGracePeriodSeconds": -1}, "Running", None, 1),
    ],
)
def test_how_long_the_deletion_of_a_pod_waits(
    spec: Object, phase: str, requested: int | None, grace: int
) -> None:
    pod = {"spec": spec, "status": {"phase": phase}}
    assert strategy_of("", "v1", "Pod").grace_period(pod, requested) == grace


def test_a_scale_is_read_and_applied() -> None:
    workload = _of(APPS, "Deployment", _workload(replicas=2))
    scale = scale_of(workload)
    assert (scale["spec"], scale["status"]) == ({"replicas": 2}, {"replicas": 0, "selector": "a=b"})
    assert apply_scale(workload, {**scale, "spec": {"replicas": 5}})["spec"]["replicas"] == 5
    assert workload["spec"]["replicas"] == 2


def test_a_headless_service_needs_no_address() -> None:
    spec = _of(
        "", "Service", {"spec": {"clusterIP": "None", "selector": {"a": "b"}, "ports": [{"port": 1}]}}
    )["spec"]
    assert (spec["clusterIPs"], spec["ipFamilies"], spec["ipFamilyPolicy"]) == (
        ["None"],
        ["IPv4"],
        "SingleStack",
    )


def test_a_service_keeps_its_address_when_an_update_leaves_it_out() -> None:
    old = _of("", "Service", {"spec": {"type": "NodePort", "ports": [{"port": 80}]}})
    new: Object = {"metadata": old["metadata"], "spec": {"type": "NodePort", "ports": [{"port": 80}]}}
    strategy = strategy_of("", "v1", "Service")
    strategy.default(new)
    strategy.prepare_for_update(new, old)
    assert new["spec"] == old["spec"]
