"""The structures of built-in kinds are those of the Go types."""

import pytest

from fakes.apimachinery.schema import GroupVersionKind
from fakes.apimachinery.types import Type
from fakes.kube.builtin.definitions import definitions
from fakes.kube.builtin.fields import struct_facts
from fakes.kube.builtin.resources import builtin_resources
from fakes.kube.builtin.schemas import BuiltinTypes


def at(kind: Type, path: str) -> Type:
    """Follow field names; ``*`` is the element of a list or map."""
    for name in path.split("."):
        kind = kind.element if name == "*" and kind.element else kind.fields[name]
    return kind


@pytest.fixture(scope="module")
def types() -> BuiltinTypes:
    return BuiltinTypes()


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        (
            "apps/v1 Deployment",
            "spec",
            {"kind": "struct", "name": "DeploymentSpec", "go_type": "v1.DeploymentSpec"},
        ),
        ("apps/v1 Deployment", "spec.template", {"name": "PodTemplateSpec"}),
        ("apps/v1 Deployment", "spec.replicas", {"scalar": "int32"}),
        ("apps/v1 Deployment", "spec.strategy", {"retain_keys": True, "kind": "struct"}),
        ("apps/v1 Deployment", "spec.selector", {"atomic": True}),
        (
            "apps/v1 Deployment",
            "spec.template.spec.containers",
            {
                "list_type": "map",
                "list_keys": ("name",),
                "merge_key": "name",
                "merge": True,
                "go_type": "[]v1.Container",
            },
        ),
        (
            "apps/v1 Deployment",
            "spec.template.spec.containers.*.ports",
            {"list_keys": ("containerPort", "protocol"), "key_defaults": {"protocol": "TCP"}},
        ),
        ("v1 Pod", "spec.containers.*.args", {"list_type": "atomic", "kind": "list"}),
        ("v1 Pod", "spec.containers.*.resources.limits", {"kind": "map", "go_type": "v1.ResourceList"}),
        ("v1 Pod", "spec.containers.*.resources.limits.*", {"scalar": "quantity"}),
        ("v1 Pod", "spec.nodeSelector", {"kind": "map", "atomic": True}),
        ("v1 Pod", "spec.restartPolicy", {"scalar": "string", "go_type": "v1.RestartPolicy"}),
        ("v1 Pod", "spec.volumes.*.configMap.optional", {"scalar": "boolean"}),
        ("v1 Secret", "data.*", {"scalar": "bytes"}),
        ("v1 Service", "spec.ports.*.targetPort", {"scalar": "int-or-string"}),
        ("v1 ConfigMap", "metadata.creationTimestamp", {"scalar": "time"}),
        ("v1 ConfigMap", "metadata.finalizers", {"list_type": "set", "merge": True}),
        ("coordination.k8s.io/v1 Lease", "spec.renewTime", {"scalar": "micro-time"}),
        ("v1 DeleteOptions", "preconditions", {"kind": "struct", "name": "Preconditions"}),
    ],
)
def test_a_field_has_its_type(types: BuiltinTypes, kind: str, path: str, expected: dict[str, object]) -> None:
    api_version, _, name = kind.partition(" ")
    group, _, version = api_version.rpartition("/")
    found = at(types.type_of(group, version, name), path)
    assert {key: getattr(found, key) for key in expected} == expected


def test_json_of_any_shape_is_owned_as_a_whole(types: BuiltinTypes) -> None:
    metadata = types.type_of("", "v1", "Pod").fields["metadata"]
    for node in (
        at(metadata, "managedFields.*.fieldsV1"),
        at(types.type_of("apps", "v1", "ControllerRevision"), "data"),
    ):
        assert (node.kind, node.atomic) == ("any", True)


def test_fields_come_in_the_order_of_the_go_struct(types: BuiltinTypes) -> None:
    metadata = types.type_of("", "v1", "Pod").fields["metadata"]
    assert list(metadata.fields)[:6] == [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
    ]
    assert list(types.type_of("", "v1", "Pod").fields) == ["kind", "apiVersion", "metadata", "spec", "status"]
    assert next(iter(types.definition("io.k8s.api.rbac.v1.RoleRef").fields)) == "apiGroup"


def test_recursive_types_point_back_to_themselves(types: BuiltinTypes) -> None:
    schema = types.definition("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps")
    assert at(schema, "properties.*") is schema


def test_a_type_is_built_once(types: BuiltinTypes) -> None:
    assert (
        types.type_of("", "v1", "Pod").fields["metadata"]
        is types.type_of("apps", "v1", "Deployment").fields["metadata"]
    )


def test_an_unknown_kind_is_refused(types: BuiltinTypes) -> None:
    assert not types.knows(GroupVersionKind("", "v1", "Thing"))
    with pytest.raises(KeyError):
        types.type_of("", "v1", "Thing")


def test_the_facts_name_the_fields_of_the_definitions(types: BuiltinTypes) -> None:
    for each in builtin_resources():
        types.type_of(each.group, each.version, each.kind)
    for name, schema in definitions().items():
        facts = struct_facts(name)
        if facts is None:
            continue
        assert {field.name for field in facts.flat()} - {"kind", "apiVersion"} == set(schema.properties) - {
            "kind",
            "apiVersion",
        }
