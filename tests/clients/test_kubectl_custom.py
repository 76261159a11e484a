"""A custom resource through kubectl, from its definition to its deletion."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from kubectl import Kubectl, without_ages

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.acme.io"},
    "spec": {
        "group": "acme.io", "scope": "Namespaced",
        "names": {
            "kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wd"], "categories": ["acme"],
        },
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {
                "type": "object", "description": "A widget.",
                "properties": {
                    "spec": {"type": "object", "required": ["size"], "properties": {
                        "size": {"type": "integer", "minimum": 1, "description": "How big."},
                        "color": {"type": "string", "enum": ["red", "blue"]},
                    }},
                    "status": {"type": "object", "properties": {
                        "phase": {"type": "string"}, "replicas": {"type": "integer"},
                    }},
                },
            }},
            "additionalPrinterColumns": [
                {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
                {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
                {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
                {"name": "Color", "type": "string", "jsonPath": ".spec.color", "priority": 1},
            ],
            "subresources": {
                "status": {}, "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.replicas"},
            },
        }],
    },
}  # fmt: skip
WIDGET = """
apiVersion: acme.io/v1
kind: Widget
metadata: {name: w}
spec: {size: 3, color: red}
"""


@pytest.fixture(scope="module")
def defined(any_kubectl: Kubectl) -> Iterator[Kubectl]:
    name = "customresourcedefinition.apiextensions.k8s.io/widgets.acme.io"
    assert any_kubectl("create", "-f", "-", given=json.dumps(DEFINITION)) == f"{name} created\n"
    waited = any_kubectl("wait", "crd/widgets.acme.io", "--for=condition=Established", "--timeout=5s")
    assert waited == f"{name} condition met\n"
    yield any_kubectl
    any_kubectl("delete", "crd", "widgets.acme.io")


@pytest.fixture
def widget(defined: Kubectl, kubectl: Kubectl) -> Kubectl:
    assert kubectl("apply", "-f", "-", given=WIDGET) == "widget.acme.io/w created\n"
    return kubectl


def test_columns_and_forms(widget: Kubectl) -> None:
    assert without_ages(widget("get", "widgets")) == "NAME SIZE PHASE AGE\nw 3 <age>"
    assert without_ages(widget("get", "wd", "-o", "wide")) == "NAME SIZE PHASE AGE COLOR\nw 3 <age> red"
    assert widget("get", "acme", "-o", "name") == "widget.acme.io/w\n"
    assert widget("get", "widgets.v1.acme.io/w", "-o", "jsonpath={.spec}") == '{"color":"red","size":3}'
    lines = [" ".join(line.split()) for line in widget("describe", "widget", "w").splitlines()]
    assert lines[4:6] == ["API Version: acme.io/v1", "Kind: Widget"]
    assert lines[-4:] == ["Spec:", "Color: red", "Size: 3", "Events: <none>"]


def test_changes(widget: Kubectl) -> None:
    assert widget("apply", "-f", "-", given=WIDGET) == "widget.acme.io/w unchanged\n"
    assert widget("apply", "-f", "-", given=WIDGET.replace("red", "blue")) == "widget.acme.io/w configured\n"
    differs = widget.run("diff", "-f", "-", given=WIDGET)
    assert (differs.code, "+  color: red" in differs.out) == (1, True)
    assert widget("scale", "wd", "w", "--replicas=5") == "widget.acme.io/w scaled\n"
    shown = without_ages(widget("get", "wd", "w", "--subresource=scale"))
    assert shown == "NAME DESIRED AVAILABLE AGE\nw 5 0 <age>"
    status = '{"status":{"phase":"Ready"}}'
    assert (
        widget("patch", "wd", "w", "--subresource=status", "--type=merge", "-p", status)
        == "widget.acme.io/w patched\n"
    )
    assert widget("wait", "wd/w", "--for=jsonpath={.status.phase}=Ready", "--timeout=5s") == (
        "widget.acme.io/w condition met\n"
    )
    assert without_ages(widget("get", "wd")) == "NAME SIZE PHASE AGE\nw 5 Ready <age>"
    assert widget("label", "wd", "w", "a=b") == "widget.acme.io/w labeled\n"
    applied = widget("apply", "--server-side", "--force-conflicts", "-f", "-", given=WIDGET)
    assert applied == "widget.acme.io/w serverside-applied\n"


def test_what_the_schema_refuses(widget: Kubectl) -> None:
    created = WIDGET.replace("name: w", "name: x")
    assert widget.refused("create", "-f", "-", given=created.replace("size: 3", "size: 0")) == (
        'The Widget "x" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1\n'
    )
    assert widget.refused("create", "-f", "-", given=created.replace("red", "green")) == (
        'The Widget "x" is invalid: spec.color: Unsupported value: "green": supported values: "red", "blue"\n'
    )
    assert widget.refused("create", "-f", "-", given=created.replace("color: red", "colour: red")) == (
        'Error from server (BadRequest): error when creating "STDIN": Widget in version "v1" cannot be handled as a Widget: '
        'strict decoding error: unknown field "spec.colour"\n'
    )
    assert widget.refused("patch", "wd", "w", "-p", '{"spec":{"size":2}}') == (
        "error: application/strategic-merge-patch+json is not supported by acme.io/v1, Kind=Widget: the body of the request "
        "was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json,"
        " application/apply-patch+yaml\n"
    )


def test_discovery_and_documentation(defined: Kubectl) -> None:
    listed = defined("api-resources", "--api-group=acme.io", "--no-headers", "-o", "wide").split()
    assert listed[:5] == ["widgets", "wd", "acme.io/v1", "true", "Widget"]
    assert "acme.io/v1\n" in defined("api-versions")
    explained = defined("explain", "widget.spec")
    assert explained.startswith(
        "GROUP:      acme.io\nKIND:       Widget\nVERSION:    v1\n\nFIELD: spec <Object>\n"
    )
    assert "  size\t<integer> -required-\n    How big.\n" in explained
    assert "    color\t<string>\n    enum: red, blue\n    size\t" in defined(
        "explain", "widget", "--recursive"
    )
    described = defined("describe", "crd", "widgets.acme.io")
    assert "List Kind:  WidgetList" in described
    assert defined("get", "crd", "widgets.acme.io", "--no-headers").split()[0] == "widgets.acme.io"


def test_deletion(widget: Kubectl) -> None:
    assert widget("delete", "wd", "w") == widget.deleted('widget.acme.io "w" deleted')
    assert widget.refused("get", "wd", "w") == 'Error from server (NotFound): widgets.acme.io "w" not found\n'


def test_instances_go_with_their_definition(any_kubectl: Kubectl) -> None:
    other = json.loads(json.dumps(DEFINITION).replace("acme", "gone").replace("idget", "adget"))
    other["spec"]["names"].pop("shortNames")
    any_kubectl("create", "-f", "-", given=json.dumps(other))
    gadget = WIDGET.replace("acme", "gone").replace("idget", "adget")
    any_kubectl("create", "-f", "-", given=gadget)
    name = "customresourcedefinition.apiextensions.k8s.io"
    assert any_kubectl("delete", "crd", "wadgets.gone.io") == f'{name} "wadgets.gone.io" deleted\n'
    assert any_kubectl.refused("get", "--raw", "/apis/gone.io/v1/namespaces/default/wadgets") == (
        "Error from server (NotFound): the server could not find the requested resource\n"
    )
