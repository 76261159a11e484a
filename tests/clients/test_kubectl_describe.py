"""``kubectl describe``: the object as JSON, as protobuf, and its events."""

from __future__ import annotations

import json

from kubectl import Kubectl


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_a_pod_with_its_events(kubectl: Kubectl) -> None:
    kubectl("run", "p", "--image=nginx:1")
    uid = kubectl("get", "pod", "p", "-o", "jsonpath={.metadata.uid}")
    event = {
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "p.1"}, "type": "Normal", "reason": "Tested",
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "p", "namespace": kubectl.namespace, "uid": uid},
        "message": "a test was here", "source": {"component": "tester"}, "count": 1,
        "firstTimestamp": "2020-01-01T00:00:00Z", "lastTimestamp": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    kubectl("create", "-f", "-", given=json.dumps(event))
    lines = _lines(kubectl("describe", "pod", "p"))
    for expected in (
        "Name: p", f"Namespace: {kubectl.namespace}", "Service Account: default", "Labels: run=p", "Status: Running",
        "Image: nginx:1", "Restart Count: 0", "Ready True", "PodScheduled True", "QoS Class: BestEffort",
        "Tolerations: node.kubernetes.io/not-ready:NoExecute op=Exists for 300s",
    ):  # fmt: skip
        assert expected in lines, expected
    assert lines[-3:-1] == ["Type Reason Age From Message", "---- ------ ---- ---- -------"]
    assert lines[-1].split()[:2] == ["Normal", "Tested"]
    assert lines[-1].endswith("tester a test was here")
    assert kubectl("get", "events", "--no-headers").split()[1:4] == ["Normal", "Tested", "pod/p"]
    assert "a test was here" in kubectl("events", "--for=pod/p")


def test_a_deployment(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "web", "--image=nginx:1", "--replicas=2")
    lines = _lines(kubectl("describe", "deployment", "web"))
    for expected in (
        "Name: web", "Selector: app=web", "Replicas: 2 desired | 2 updated | 2 total | 2 available | 0 unavailable",
        "StrategyType: RollingUpdate", "RollingUpdateStrategy: 25% max unavailable, 25% max surge", "Image: nginx:1",
        "Available True MinimumReplicasAvailable", "Progressing True NewReplicaSetAvailable", "OldReplicaSets: <none>",
    ):  # fmt: skip
        assert expected in lines, expected


def test_a_service(kubectl: Kubectl) -> None:
    kubectl("create", "service", "clusterip", "s", "--tcp=80:8080")
    lines = _lines(kubectl("describe", "service", "s"))
    assert lines[:5] == ["Name: s", f"Namespace: {kubectl.namespace}", "Labels: app=s", "Annotations: <none>",
                         "Selector: app=s"]  # fmt: skip
    assert "TargetPort: 8080/TCP" in lines
    assert "Session Affinity: None" in lines


def test_a_node(kubectl: Kubectl) -> None:
    name = f"node-{kubectl.namespace}"
    node = {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {"node-role.kubernetes.io/worker": ""}},
        "status": {
            "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "ok"}],
            "addresses": [{"type": "InternalIP", "address": "192.0.2.1"}],
        },
    }  # fmt: skip
    kubectl("create", "-f", "-", given=json.dumps(node))
    lines = _lines(kubectl("describe", "node", name))
    for expected in (
        f"Name: {name}",
        "Roles: worker",
        "InternalIP: 192.0.2.1",
        "memory: 8Gi",
    ):
        assert expected in lines, expected
    row = kubectl("get", "node", name, "-o", "wide", "--no-headers").split()
    assert (row[1:3], row[4]) == (["Ready", "worker"], "192.0.2.1")
    kubectl("delete", "node", name)


def test_a_namespace_with_quota_and_limits(kubectl: Kubectl) -> None:
    kubectl("create", "quota", "q", "--hard=pods=10")
    limits = {
        "apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"},
        "spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}, "defaultRequest": {"cpu": "500m"}}]},
    }  # fmt: skip
    kubectl("create", "-f", "-", given=json.dumps(limits))
    name = kubectl.namespace
    lines = _lines(kubectl("describe", "namespace", name))
    assert lines[:4] == [f"Name: {name}", f"Labels: kubernetes.io/metadata.name={name}", "Annotations: <none>",
                         "Status: Active"]  # fmt: skip
    assert "Name: q" in lines
    assert "Container cpu - - 500m 1 -" in lines


def test_configuration_and_secrets(kubectl: Kubectl) -> None:
    kubectl("create", "cm", "c", "--from-literal=a=1")
    assert kubectl("describe", "cm", "c") == (
        f"Name:         c\nNamespace:    {kubectl.namespace}\nLabels:       <none>\nAnnotations:  <none>\n\n"
        "Data\n====\na:\n----\n1\n\n\nBinaryData\n====\n\nEvents:  <none>\n"
    )
    kubectl("create", "secret", "generic", "s", "--from-literal=p=q")
    assert kubectl("describe", "secret", "s") == (
        f"Name:         s\nNamespace:    {kubectl.namespace}\nLabels:       <none>\nAnnotations:  <none>\n\n"
        "Type:  Opaque\n\nData\n====\np:  1 bytes\n"
    )


def test_roles_and_accounts(kubectl: Kubectl) -> None:
    kubectl("create", "role", "r", "--verb=get,list", "--resource=pods")
    assert kubectl("describe", "role", "r") == (
        "Name:         r\nLabels:       <none>\nAnnotations:  <none>\nPolicyRule:\n"
        "  Resources  Non-Resource URLs  Resource Names  Verbs\n"
        "  ---------  -----------------  --------------  -----\n"
        "  pods       []                 []              [get list]\n"
    )
    kubectl("create", "rolebinding", "rb", "--role=r", "--user=bob", "--serviceaccount=x:y")
    lines = _lines(kubectl("describe", "rolebinding", "rb"))
    assert lines[3:] == ["Role:", "Kind: Role", "Name: r", "Subjects:", "Kind Name Namespace", "---- ---- ---------",
                         "User bob", "ServiceAccount y x"]  # fmt: skip
    assert "Name: default" in _lines(kubectl("describe", "sa", "default"))
    assert "Name: cluster-admin" in _lines(kubectl("describe", "clusterrole", "cluster-admin"))


def test_other_kinds(kubectl: Kubectl) -> None:
    kubectl("create", "job", "j", "--image=busybox", "--", "true")
    kubectl("create", "cronjob", "cj", "--image=busybox", "--schedule=@hourly")
    kubectl("create", "ingress", "i", "--rule=a.example/x*=s:80")
    kubectl("create", "pdb", "b", "--selector=app=web", "--min-available=1")
    assert "Completion Mode: NonIndexed" in _lines(kubectl("describe", "job", "j"))
    assert "Schedule: @hourly" in _lines(kubectl("describe", "cronjob", "cj"))
    assert '/x s:80 (<error: services "s" not found>)' in _lines(kubectl("describe", "ingress", "i"))
    assert "Min available: 1" in _lines(kubectl("describe", "pdb", "b"))


def test_what_is_not_there(kubectl: Kubectl) -> None:
    assert (
        kubectl.refused("describe", "pod", "gone") == 'Error from server (NotFound): pods "gone" not found\n'
    )
