"""Pods and nodes through kubectl: logs and connections, which nobody is there to answer, debugging, draining."""

from __future__ import annotations

import json

import pytest
from kubectl import Kubectl

SIMULATED = "containers are simulated: there is nothing to connect to"


@pytest.fixture
def pod(kubectl: Kubectl) -> Kubectl:
    kubectl("run", "p", "--image=nginx")
    return kubectl


def test_logs_are_empty(pod: Kubectl) -> None:
    assert pod("logs", "p") == ""
    assert pod("logs", "p", "-c", "p", "--tail=5", "--timestamps") == ""
    assert pod.refused("logs", "p", "-c", "other").startswith("error: container other is not valid for pod p")
    error = 'error: error from server (NotFound): pods "gone" not found in namespace "{}"\n'
    assert pod.refused("logs", "gone") == error.format(pod.namespace)


def test_connections_are_refused(pod: Kubectl) -> None:
    for command in (("exec", "p", "--", "ls"), ("attach", "p"), ("cp", "p:/x", "y")):
        assert SIMULATED in pod.refused(*command), command
    assert SIMULATED in pod.refused("port-forward", "pod/p", ":80")


def test_a_pod_on_no_node(kubectl: Kubectl) -> None:
    kubectl("run", "p", "--image=nginx", '--overrides={"spec":{"nodeSelector":{"nowhere":"true"}}}')
    assert kubectl("logs", "p") == ""
    assert "pod p does not have a host assigned" in kubectl.refused("exec", "p", "--", "ls")
    error = "error: unable to forward port because pod is not running. Current status=Pending\n"
    assert kubectl.refused("port-forward", "pod/p", "80") == error


def test_debug_adds_a_container(pod: Kubectl) -> None:
    output = pod.run("debug", "p", "--image=busybox", "--container=d")
    assert output.code == 0
    assert pod("get", "pod", "p", "-o", "jsonpath={.spec.ephemeralContainers[*].name}") == "d"


def test_resize(pod: Kubectl) -> None:
    wanted = '{{"spec":{{"containers":[{{"name":"p","resources":{{"requests":{{"cpu":"{}"}}}}}}]}}}}'
    asked = wanted.format("1")
    resize = ("patch", "pod", "p", "--subresource=resize", "-p", asked)
    assert "Pod QOS Class may not change as a result of resizing" in pod.refused(*resize)
    pod("delete", "pod", "p", "--now")
    pod("run", "p", "--image=nginx", f"--overrides={wanted.format('500m')}", "--override-type=strategic")
    assert pod(*resize) == "pod/p patched\n"
    for where in (
        "{.spec.containers[0].resources.requests.cpu}",
        "{.status.containerStatuses[0].allocatedResources.cpu}",
    ):
        assert pod("get", "pod", "p", "-o", f"jsonpath={where}") == "1"
    change = '{"spec":{"hostname":"x"}}'
    assert pod.refused("patch", "pod", "p", "-p", change).startswith(
        'The Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`'
    )


def test_metrics_are_not_there(pod: Kubectl) -> None:
    assert pod.refused("top", "pods") == "error: Metrics API not available\n"


def test_cordon_taint_and_drain(kubectl: Kubectl) -> None:
    name = f"node-{kubectl.namespace}"
    manifest = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}
    kubectl("create", "-f", "-", given=json.dumps(manifest))
    kubectl("run", "p", "--image=nginx", json_override(name))
    assert kubectl("cordon", name) == f"node/{name} cordoned\n"
    assert kubectl("taint", "node", name, "a=b:NoSchedule") == f"node/{name} tainted\n"
    assert kubectl("get", "node", name, "--no-headers").split()[1].endswith(",SchedulingDisabled")
    refused = kubectl.refused("drain", name)
    assert "cannot delete Pods that declare no controller (use --force to override)" in refused
    drained = kubectl("drain", name, "--force", "--grace-period=0", "--timeout=5s")
    assert drained.endswith(f"evicting pod {kubectl.namespace}/p\npod/p evicted\nnode/{name} drained\n")
    assert kubectl("uncordon", name) == f"node/{name} uncordoned\n"
    assert kubectl("taint", "node", name, "a-") == f"node/{name} untainted\n"
    kubectl("delete", "node", name)


def json_override(node: str) -> str:
    return "--overrides=" + json.dumps({"spec": {"nodeName": node}})


def test_nobody_listens_behind_the_proxies(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "web", "--image=nginx", "--port=8080")
    kubectl("expose", "deploy", "web", "--port=80", "--target-port=8080")
    kubectl("create", "service", "clusterip", "empty", "--tcp=80")
    address = kubectl("get", "pods", "-o", "jsonpath={.items[0].status.podIP}")
    refusal = "Error from server (ServiceUnavailable): {}\n"
    root = f"/api/v1/namespaces/{kubectl.namespace}/services"
    refused = refusal.format(
        f"error trying to reach service: dial tcp {address}:8080: connect: connection refused"
    )
    assert kubectl.refused("get", "--raw", f"{root}/web/proxy/index.html") == refused
    nobody = refusal.format('no endpoints available for service "empty"')
    assert kubectl.refused("get", "--raw", f"{root}/empty:80/proxy/") == nobody
    unknown = refusal.format('no service port "99" found for service "web"')
    assert kubectl.refused("get", "--raw", f"{root}/web:99/proxy/") == unknown
