"""``kubectl create``: every generator, whose bodies travel as protobuf, and what it then shows."""

from __future__ import annotations

import json

import pytest
from kubectl import Kubectl

from harness.drivers.serving import ServedFake

GENERATORS = [
    (("configmap", "c", "--from-literal=a=1", "--from-literal=b=2"), "configmap/c", ".data.b", "2"),
    (("secret", "generic", "g", "--from-literal=p=q"), "secret/g", ".data.p", "cQ=="),
    (("secret", "docker-registry", "d", "--docker-username=u", "--docker-password=p"), "secret/d", ".type",
     "kubernetes.io/dockerconfigjson"),
    (("serviceaccount", "builder"), "serviceaccount/builder", ".metadata.name", "builder"),
    (("role", "reader", "--verb=get,list", "--resource=pods,deployments.apps"), "role.rbac.authorization.k8s.io/reader",
     ".rules[1].apiGroups[0]", "apps"),
    (("rolebinding", "readers", "--role=reader", "--user=bob", "--serviceaccount=x:y"),
     "rolebinding.rbac.authorization.k8s.io/readers", ".subjects[*].kind", "User ServiceAccount"),
    (("deployment", "web", "--image=nginx:1", "--replicas=2", "--port=80"), "deployment.apps/web",
     ".spec.template.spec.containers[0].ports[0].containerPort", "80"),
    (("job", "once", "--image=busybox", "--", "echo", "hi"), "job.batch/once",
     ".spec.template.spec.containers[0].command", '["echo","hi"]'),
    (("cronjob", "often", "--image=busybox", "--schedule=*/5 * * * *"), "cronjob.batch/often", ".spec.schedule",
     "*/5 * * * *"),
    (("service", "clusterip", "ci", "--tcp=80:8080"), "service/ci", ".spec.ports[0].targetPort", "8080"),
    (("service", "nodeport", "np", "--tcp=80"), "service/np", ".spec.type", "NodePort"),
    (("service", "loadbalancer", "lb", "--tcp=80"), "service/lb", ".spec.type", "LoadBalancer"),
    (("service", "externalname", "en", "--external-name=example.com"), "service/en", ".spec.externalName", "example.com"),
    (("quota", "q", "--hard=pods=10,cpu=1500m"), "resourcequota/q", ".spec.hard.cpu", "1500m"),
    (("ingress", "i", "--rule=a.example/x*=ci:80"), "ingress.networking.k8s.io/i", ".spec.rules[0].host", "a.example"),
    (("poddisruptionbudget", "b", "--selector=app=web", "--min-available=50%"), "poddisruptionbudget.policy/b",
     ".spec.minAvailable", "50%"),
]  # fmt: skip


def test_every_generator(kubectl: Kubectl) -> None:
    for arguments, created, path, value in GENERATORS:
        assert kubectl("create", *arguments) == f"{created} created\n"
        assert kubectl("get", created, "-o", f"jsonpath={{{path}}}") == value, created


def test_cluster_wide_generators(kubectl: Kubectl) -> None:
    name = kubectl.namespace
    shown = f"clusterrole.rbac.authorization.k8s.io/{name} created\n"
    assert kubectl("create", "clusterrole", name, "--verb=get", "--non-resource-url=/logs/*") == shown
    shown = f"clusterrolebinding.rbac.authorization.k8s.io/{name} created\n"
    assert kubectl("create", "clusterrolebinding", name, f"--clusterrole={name}", "--group=dev") == shown
    shown = f"priorityclass.scheduling.k8s.io/{name} created\n"
    assert kubectl("create", "priorityclass", name, "--value=10") == shown


def test_a_tls_secret(kubectl: Kubectl, cluster: ServedFake) -> None:
    certificate, key = cluster.cluster.client_ca.issue_server(["example.com"])
    (kubectl.home / "tls.crt").write_bytes(certificate)
    (kubectl.home / "tls.key").write_bytes(key)
    assert kubectl("create", "secret", "tls", "t", "--cert=tls.crt", "--key=tls.key") == "secret/t created\n"
    assert kubectl("get", "secret", "t", "-o", "jsonpath={.type}") == "kubernetes.io/tls"


def test_a_job_from_a_cron_job(kubectl: Kubectl) -> None:
    kubectl("create", "cronjob", "often", "--image=busybox", "--schedule=@hourly")
    assert kubectl("create", "job", "now", "--from=cronjob/often") == "job.batch/now created\n"
    owner = json.loads(kubectl("get", "job", "now", "-o", "json"))["metadata"]["ownerReferences"][0]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("CronJob", "often", True)


def test_a_pod_and_a_dry_run(kubectl: Kubectl) -> None:
    assert kubectl("run", "p", "--image=nginx", "--labels=a=b", "--env=K=V", "--port=80") == "pod/p created\n"
    assert kubectl("run", "q", "--image=nginx", "--dry-run=server") == "pod/q created (server dry run)\n"
    assert kubectl("create", "cm", "c", "--dry-run=server", "-o", "name") == "configmap/c\n"
    assert kubectl("get", "pods,cm", "-o", "name") == "pod/p\nconfigmap/kube-root-ca.crt\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("configmap", "kube-root-ca.crt"),
         'error: failed to create configmap: configmaps "kube-root-ca.crt" already exists\n'),
        (("role", "r", "--verb=get", "--resource=foos"), "the server doesn't have a resource type \"foos\"\n"),
        (("serviceaccount", "Bad"), ("error: failed to create serviceaccount: ServiceAccount \"Bad\" is invalid: "
         "metadata.name: Invalid value: \"Bad\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
         "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
         "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n")),
    ],
)  # fmt: skip
def test_what_a_generator_is_refused(kubectl: Kubectl, arguments: tuple[str, ...], error: str) -> None:
    assert kubectl.refused("create", *arguments) == error
