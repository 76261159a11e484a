"""``kubectl apply`` on both sides, ``diff``, ``replace``, and what they say of conflicts and mistakes."""

from __future__ import annotations

import json

from kubectl import Kubectl

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1"}
      - {name: side, image: "side:1"}
"""
CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {a: "1", b: "2"}
"""
CONFLICT = """error: Apply failed with 1 conflict: conflict with "kubectl": .data.a
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
"""


def test_client_side_apply_creates_changes_and_leaves_alone(kubectl: Kubectl) -> None:
    created = "deployment.apps/web created\nconfigmap/config created\n"
    assert kubectl("apply", "-f", "-", given=f"{DEPLOYMENT}---{CONFIG}") == created
    assert kubectl("apply", "-f", "-", given=DEPLOYMENT) == "deployment.apps/web unchanged\n"
    changed = DEPLOYMENT.replace("nginx:1", "nginx:2").replace('      - {name: side, image: "side:1"}\n', "")
    assert kubectl("apply", "-f", "-", given=changed) == "deployment.apps/web configured\n"
    containers = json.loads(kubectl("get", "deploy", "web", "-o", "json"))["spec"]["template"]["spec"][
        "containers"
    ]
    assert [(each["name"], each["image"]) for each in containers] == [("web", "nginx:2")]
    fewer = CONFIG.replace(', b: "2"', "")
    assert kubectl("apply", "-f", "-", given=fewer) == "configmap/config configured\n"
    assert kubectl("get", "cm", "config", "-o", "jsonpath={.data}") == '{"a":"1"}'
    last = kubectl("apply", "view-last-applied", "cm/config", "-o", "json")
    assert json.loads(last)["data"] == {"a": "1"}


def test_an_object_made_otherwise_is_warned_of(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", given=CONFIG)
    output = kubectl.run("apply", "-f", "-", given=CONFIG)
    assert output.out == "configmap/config configured\n"
    assert output.err.startswith(
        "Warning: resource configmaps/config is missing the kubectl.kubernetes.io/last-applied-configuration annotation "
        "which is required by kubectl apply."
    )


def test_diff_ends_with_one_where_there_is_a_difference(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", given=DEPLOYMENT)
    changed = DEPLOYMENT.replace("nginx:1", "nginx:2")
    output = kubectl.run("diff", "-f", "-", given=changed)
    assert output.code == 1
    lines = [line for line in output.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert lines[-2:] == ["-      - image: nginx:1", "+      - image: nginx:2"]
    assert kubectl("diff", "-f", "-", given=DEPLOYMENT) == ""
    served = kubectl.run("diff", "--server-side", "--force-conflicts", "-f", "-", given=changed)
    assert (served.code, "+      - image: nginx:2" in served.out) == (1, True)


def test_server_side_apply_and_its_conflicts(kubectl: Kubectl) -> None:
    serverside = ("apply", "--server-side", "-f", "-")
    assert kubectl(*serverside, given=CONFIG) == "configmap/config serverside-applied\n"
    other = CONFIG.replace('a: "1"', 'a: "9"')
    assert kubectl.refused(*serverside, "--field-manager=other", given=other) == CONFLICT
    dry = kubectl(*serverside, "--field-manager=other", "--force-conflicts", "--dry-run=server", given=other)
    assert dry == "configmap/config serverside-applied (server dry run)\n"
    assert kubectl("get", "cm", "config", "-o", "jsonpath={.data.a}") == "1"
    kubectl(*serverside, "--field-manager=other", "--force-conflicts", given=other)
    fields = json.loads(kubectl("get", "cm", "config", "-o", "json", "--show-managed-fields"))["metadata"][
        "managedFields"
    ]
    assert {each["manager"]: each["fieldsV1"]["f:data"] for each in fields} == {
        "kubectl": {"f:b": {}}, "other": {"f:a": {}, "f:b": {}},
    }  # fmt: skip
    several = kubectl.refused(*serverside, given=CONFIG.replace('"2"', '"3"'))
    assert several.startswith(
        'error: Apply failed with 2 conflicts: conflicts with "other":\n- .data.a\n- .data.b\nPlease review'
    )


def test_server_side_apply_takes_over_from_client_side_apply(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", given=CONFIG)
    changed = CONFIG.replace('a: "1"', 'a: "9"')
    assert (
        kubectl("apply", "--server-side", "-f", "-", given=changed) == "configmap/config serverside-applied\n"
    )
    fields = json.loads(kubectl("get", "cm", "config", "-o", "json", "--show-managed-fields"))["metadata"][
        "managedFields"
    ]
    assert {(each["manager"], each["operation"]) for each in fields} == {
        ("kubectl", "Apply"), ("kubectl-last-applied", "Apply"),
    }  # fmt: skip


def test_replace(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", given=CONFIG)
    uid = kubectl("get", "cm", "config", "-o", "jsonpath={.metadata.uid}")
    assert (
        kubectl("replace", "-f", "-", given=CONFIG.replace(', b: "2"', "")) == "configmap/config replaced\n"
    )
    assert kubectl("get", "cm", "config", "-o", "jsonpath={.data}") == '{"a":"1"}'
    (kubectl.home / "config.yaml").write_text(CONFIG)
    forced = kubectl("replace", "--force", "-f", "config.yaml")
    assert forced == kubectl.deleted('configmap "config" deleted') + "configmap/config replaced\n"
    assert kubectl("get", "cm", "config", "-o", "jsonpath={.metadata.uid}") != uid
    stale = CONFIG.replace("{name: config}", '{name: config, resourceVersion: "1"}')
    assert kubectl.refused("replace", "-f", "-", given=stale) == (
        'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "config": '
        "the object has been modified; please apply your changes to the latest version and try again\n"
    )


def test_mistakes_in_manifests(kubectl: Kubectl) -> None:
    unknown = CONFIG.replace("\ndata:", "\ndat:")
    assert kubectl.refused("apply", "-f", "-", given=unknown) == (
        'Error from server (BadRequest): error when creating "STDIN": ConfigMap in version "v1" cannot be handled as a '
        'ConfigMap: strict decoding error: unknown field "dat"\n'
    )
    warned = kubectl.run("apply", "--validate=warn", "-f", "-", given=unknown)
    assert (warned.out, warned.err) == ("configmap/config created\n", 'Warning: unknown field "dat"\n')
    assert kubectl.refused("create", "-f", "-", given="kind: [") == (
        "error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: did not find expected node content\n"
    )
    assert kubectl.refused(
        "create", "-f", "-", given="apiVersion: nope/v1\nkind: Foo\nmetadata: {name: x}"
    ) == (
        'error: resource mapping not found for name: "x" namespace: "" from "STDIN": no matches for kind "Foo" in version '
        '"nope/v1"\nensure CRDs are installed first\n'
    )
    assert kubectl.refused("create", "-f", "-", given=CONFIG) == (
        'Error from server (AlreadyExists): error when creating "STDIN": configmaps "config" already exists\n'
    )
    wrong = DEPLOYMENT.replace("{matchLabels: {app: web}}", "{matchLabels: {app: other}}")
    assert kubectl.refused("apply", "-f", "-", given=wrong) == (
        'The Deployment "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not '
        "match template `labels`\n"
    )
    assert kubectl.refused("apply", "-n", "nowhere", "-f", "-", given=CONFIG) == (
        'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found\n'
    )
