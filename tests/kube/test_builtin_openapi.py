"""The OpenAPI documents have what kubectl looks for, and the shapes that a kube-apiserver publishes."""

import json
from typing import Any

import pytest

from fakes.apimachinery.resource import APIResource
from fakes.kube.builtin.openapi import CustomKind, openapi_v2, openapi_v3_document, openapi_v3_index

WIDGET = "com.example.corpus.v1.Widget"
WIDGETS = CustomKind(
    resource=APIResource(
        group="corpus.example.com",
        version="v1",
        kind="Widget",
        resource="widgets",
        singular="widget",
        namespaced=True,
        verbs=("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"),
    ),
    schema={
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "properties": {
                    "size": {"type": "integer", "minimum": 0, "maximum": 10},
                    "port": {
                        "anyOf": [{"type": "integer"}, {"type": "string"}],
                        "x-kubernetes-int-or-string": True,
                    },
                },
            }
        },
    },
)


def document(group: str, version: str = "v1", custom: tuple[CustomKind, ...] = ()) -> Any:
    found = openapi_v3_document(f"apis/{group}/{version}" if group else f"api/{version}", custom)
    assert found is not None
    return json.loads(found.body)


def test_the_index_tells_where_each_document_is() -> None:
    paths = openapi_v3_index([WIDGETS])
    assert {
        ".well-known/openid-configuration",
        "api",
        "apis",
        "apis/apps",
        "openid/v1/jwks",
        "version",
    } <= paths.keys()
    assert {"api/v1", "apis/apps/v1", "apis/autoscaling/v2", "apis/corpus.example.com/v1"} <= paths.keys()
    address, _, hashed = paths["api/v1"].partition("?hash=")
    assert address == "/openapi/v3/api/v1"
    assert len(hashed) == 128
    assert hashed == hashed.upper()


def test_the_hash_of_the_index_is_that_of_the_document() -> None:
    index = openapi_v3_index([WIDGETS])
    for name in index:
        found = openapi_v3_document(name, [WIDGETS])
        assert found is not None
        assert index[name].endswith(f"?hash={found.hash}")


def test_the_hash_follows_the_schema_of_a_custom_kind() -> None:
    other = CustomKind(resource=WIDGETS.resource, schema={"type": "object"})
    hashes = set()
    for kind in (WIDGETS, other):
        found = openapi_v3_document("apis/corpus.example.com/v1", [kind])
        assert found is not None
        hashes.add(found.hash)
    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("group", "path", "method", "operation"),
    [
        ("coordination.k8s.io", "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}", "get",
         "readCoordinationV1NamespacedLease"),
        ("", "/api/v1/pods", "get", "listCoreV1PodForAllNamespaces"),
        ("", "/api/v1/namespaces/{namespace}/pods", "delete", "deleteCoreV1CollectionNamespacedPod"),
        ("", "/api/v1/namespaces/{namespace}/pods/{name}/exec", "get", "connectCoreV1GetNamespacedPodExec"),
        ("apps", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale", "put",
         "replaceAppsV1NamespacedDeploymentScale"),
        ("rbac.authorization.k8s.io", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "post",
         "createRbacAuthorizationV1ClusterRole"),
    ],
)  # fmt: skip
def test_operations_have_the_ids_of_a_real_server(group: str, path: str, method: str, operation: str) -> None:
    assert document(group)["paths"][path][method]["operationId"] == operation


@pytest.mark.parametrize("method", ["patch", "put"])
def test_writes_say_that_they_know_field_validation(method: str) -> None:
    operation = document("apps")["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"][method]
    assert "fieldValidation" in [each["name"] for each in operation["parameters"]]
    assert operation["x-kubernetes-group-version-kind"] == {
        "group": "apps",
        "kind": "Deployment",
        "version": "v1",
    }


def test_schemas_are_published_as_the_server_does() -> None:
    schemas = document("apps")["components"]["schemas"]
    deployment = schemas["io.k8s.api.apps.v1.Deployment"]
    assert deployment["x-kubernetes-group-version-kind"] == [
        {"group": "apps", "kind": "Deployment", "version": "v1"}
    ]
    assert deployment["type"] == "object"
    assert "enum" not in deployment["properties"]["kind"]
    replicas = schemas["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["replicas"]
    assert (replicas["type"], replicas["format"]) == ("integer", "int32")
    strategy = schemas["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["strategy"]
    assert strategy["allOf"] == [{"$ref": "#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy"}]
    port = schemas["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]
    assert (port["format"], [each["type"] for each in port["oneOf"]]) == (
        "int-or-string",
        ["integer", "string"],
    )
    assert "null" not in json.dumps(schemas["io.k8s.api.core.v1.PodSpec"])


def test_every_reference_is_answered() -> None:
    for custom in ((), (WIDGETS,)):
        found = document("corpus.example.com", custom=custom) if custom else document("apps")
        text = json.dumps(found)
        names = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
        assert names <= found["components"]["schemas"].keys()


def test_a_custom_kind_is_published_with_its_schema() -> None:
    found = document("corpus.example.com", custom=(WIDGETS,))
    widget = found["components"]["schemas"]["com.example.corpus.v1.Widget"]
    assert widget["properties"]["spec"]["properties"]["size"] == {
        "maximum": 10,
        "minimum": 0,
        "type": "integer",
    }
    assert widget["x-kubernetes-group-version-kind"] == [
        {"group": "corpus.example.com", "kind": "Widget", "version": "v1"}
    ]
    assert "/apis/corpus.example.com/v1/namespaces/{namespace}/widgets/{name}" in found["paths"]
    assert "metadata" not in WIDGETS.schema["properties"]


def test_a_version_that_is_not_served_has_no_document() -> None:
    assert openapi_v3_document("apis/none/v1") is None


def test_swagger_has_everything_without_what_it_cannot_say() -> None:
    found = json.loads(openapi_v2([WIDGETS]).body)
    assert (found["swagger"], found["info"]["title"]) == ("2.0", "Kubernetes")
    definitions = found["definitions"]
    assert definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"]["type"] == "string"
    assert definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]["format"] == "int-or-string"
    port = definitions["com.example.corpus.v1.Widget"]["properties"]["spec"]["properties"]["port"]
    assert port == {"x-kubernetes-int-or-string": True}
    assert "/api/v1/namespaces/{namespace}/pods" in found["paths"]


@pytest.mark.parametrize(
    ("name", "path", "operation", "answer"),
    [
        ("api", "/api/", "getCoreAPIVersions", "io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions"),
        ("apis", "/apis/", "getAPIVersions", "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList"),
        ("apis/apps", "/apis/apps/", "getAppsAPIGroup", "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup"),
        ("apis/apps/v1", "/apis/apps/v1/", "getAppsV1APIResources", "io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList"),
        ("version", "/version/", "getCodeVersion", "io.k8s.apimachinery.pkg.version.Info"),
    ],
)  # fmt: skip
def test_what_is_no_resource_has_a_document(name: str, path: str, operation: str, answer: str) -> None:
    found = openapi_v3_document(name)
    assert found is not None
    read = json.loads(found.body)["paths"][path]["get"]
    schema = read["responses"]["200"]["content"]["application/json"]["schema"]
    assert (read["operationId"], schema) == (operation, {"$ref": f"#/components/schemas/{answer}"})


@pytest.mark.parametrize(
    ("group", "path", "method", "description", "statuses"),
    [
        ("apps", "/apis/apps/v1/namespaces/{namespace}/deployments", "get", "list or watch objects of kind Deployment", "200"),
        ("apps", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale", "patch",
         "partially update scale of the specified Deployment", "200 201"),
        ("apps", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "delete", "delete a Deployment", "200 202"),
        ("", "/api/v1/namespaces/{namespace}/endpoints", "post", "create Endpoints", "200 201 202"),
        ("", "/api/v1/namespaces/{namespace}/events", "post", "create an Event", "200 201 202"),
        ("", "/api/v1/namespaces/{namespace}/pods/{name}/exec", "post", "connect POST requests to exec of Pod", "200"),
        ("", "/api/v1/nodes/{name}/proxy/{path}", "options", "connect OPTIONS requests to proxy of Node", "200"),
        ("corpus.example.com", "/apis/corpus.example.com/v1/namespaces/{namespace}/widgets", "get",
         "list objects of kind Widget", "200"),
    ],
)  # fmt: skip
def test_operations_say_what_they_do(
    group: str, path: str, method: str, description: str, statuses: str
) -> None:
    operation = document(group, custom=(WIDGETS,) if "." in group else ())["paths"][path][method]
    assert operation["description"] == description
    assert sorted(operation["responses"]) == [*statuses.split(), "401"]


def test_parameters_that_all_operations_share_stand_beside_them() -> None:
    path = document("apps")["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]
    assert [each["name"] for each in path["parameters"]] == ["name", "namespace", "pretty"]
    assert "parameters" not in path["get"]


def test_fields_have_the_values_and_defaults_of_their_structs() -> None:
    schemas = document("")["components"]["schemas"]
    container = schemas["io.k8s.api.core.v1.Container"]["properties"]
    assert container["imagePullPolicy"]["enum"] == ["Always", "IfNotPresent", "Never"]
    assert (container["name"]["default"], container["resources"]["default"]) == ("", {})
    assert schemas["io.k8s.api.core.v1.ContainerPort"]["properties"]["protocol"]["default"] == "TCP"
    assert "default" not in container["securityContext"]


def test_a_custom_kind_is_completed() -> None:
    schema = {
        "type": "object",
        "properties": {
            "port": {"x-kubernetes-int-or-string": True},
            "embedded": {"type": "object", "x-kubernetes-embedded-resource": True, "required": ["spec"]},
            "maybe": {"type": "string", "nullable": True, "default": "a"},
            "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        },
    }
    kind = CustomKind(resource=WIDGETS.resource, schema=schema)
    properties = document("corpus.example.com", custom=(kind,))["components"]["schemas"][WIDGET]["properties"]
    assert properties["port"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]
    assert properties["embedded"]["required"] == ["spec", "kind", "apiVersion"]
    assert properties["embedded"]["properties"]["kind"] == {"type": "string"}
    assert properties["kind"]["description"].startswith("Kind is a string value")
    swagger = json.loads(openapi_v2([kind]).body)["definitions"][WIDGET]["properties"]
    assert (swagger["maybe"], swagger["open"]) == ({}, {"x-kubernetes-preserve-unknown-fields": True})
