"""Bodies of built-in kinds are read, and refused, as a kube-apiserver does."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.apimachinery.decoding import Decoded, decode_custom, decode_delete_options, decode_object
from fakes.apimachinery.schema import GroupVersion, GroupVersionKind
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type
from fakes.kube.builtin.schemas import BuiltinTypes

KINDS = {
    "ConfigMap": "v1", "Secret": "v1", "Service": "v1", "Pod": "v1", "Event": "v1", "Deployment": "apps/v1",
    "Lease": "coordination.k8s.io/v1", "Role": "rbac.authorization.k8s.io/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "CronJob": "batch/v1", "PodDisruptionBudget": "policy/v1",
}  # fmt: skip


@pytest.fixture(scope="module")
def types() -> BuiltinTypes:
    return BuiltinTypes()


def decode(types: BuiltinTypes, kind: str, body: Any, media_type: str = "", strict: Any = "Warn") -> Decoded:
    expected = GroupVersion.parse(KINDS[kind]).kind(kind)

    def known(found: GroupVersionKind) -> Type | None:
        return types.type_of(*found) if types.knows(found) else None

    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode_object(
        raw, media_type, expected=expected, type=types.type_of(*expected), known_kinds=known, strict=strict
    )


def refusal(types: BuiltinTypes, kind: str, body: Any, media_type: str = "", strict: Any = "Warn") -> str:
    with pytest.raises(StatusError) as refused:
        decode(types, kind, body, media_type, strict)
    assert refused.value.code == 400
    return refused.value.message


HANDLED = '{0} in version "v1" cannot be handled as a {0}: {1}'
CANNOT = "json: cannot unmarshal {} into Go struct field {} of type {}"


@pytest.mark.parametrize(
    ("kind", "body", "problem"),
    [
        ("ConfigMap", {"data": {"n": 1}}, CANNOT.format("number", "ConfigMap.data", "string")),
        ("ConfigMap", {"data": []}, CANNOT.format("array", "ConfigMap.data", "map[string]string")),
        ("ConfigMap", {"metadata": "x"}, CANNOT.format("string", "ConfigMap.metadata", "v1.ObjectMeta")),
        ("ConfigMap", {"metadata": {"finalizers": "x"}}, CANNOT.format("string", "ObjectMeta.metadata.finalizers", "[]string")),
        ("ConfigMap", {"metadata": {"labels": {"a": True}}}, CANNOT.format("bool", "ObjectMeta.metadata.labels", "string")),
        ("ConfigMap", {"metadata": {"uid": 1}}, CANNOT.format("number", "ObjectMeta.metadata.uid", "types.UID")),
        ("Deployment", {"spec": {"replicas": "two"}}, CANNOT.format("string", "DeploymentSpec.spec.replicas", "int32")),
        ("Deployment", {"spec": {"replicas": 1.5}}, CANNOT.format("number 1.5", "DeploymentSpec.spec.replicas", "int32")),
        ("Deployment", {"spec": {"replicas": 1 << 40}},
         CANNOT.format(f"number {1 << 40}", "DeploymentSpec.spec.replicas", "int32")),
        ("Deployment", {"spec": {"template": {"spec": {"containers": [{"image": 5}]}}}},
         CANNOT.format("number", "Container.spec.template.spec.containers.image", "string")),
        ("Deployment", {"spec": {"template": {"spec": {"containers": {}}}}},
         CANNOT.format("object", "PodSpec.spec.template.spec.containers", "[]v1.Container")),
        ("Service", {"spec": {"type": 1}}, CANNOT.format("number", "ServiceSpec.spec.type", "v1.ServiceType")),
        ("Service", {"spec": {"ports": [{"targetPort": True}]}},
         CANNOT.format("bool", "ServicePort.spec.ports.targetPort", "int32")),
        ("Pod", {"spec": {"volumes": [{"emptyDir": 1}]}},
         CANNOT.format("number", "Volume.spec.volumes.VolumeSource.emptyDir", "v1.EmptyDirVolumeSource")),
        ("Secret", {"data": {"a": "!!"}}, "illegal base64 data at input byte 0"),
        ("Secret", {"data": {"a": "YQ="}}, "illegal base64 data at input byte 3"),
        ("Lease", {"spec": {"renewTime": "nope"}},
         'parsing time "nope" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "nope" as "2006"'),
        ("ConfigMap", {"metadata": {"creationTimestamp": "2020-13-01T00:00:00Z"}},
         'parsing time "2020-13-01T00:00:00Z": month out of range'),
        ("Pod", {"spec": {"containers": [{"resources": {"limits": {"cpu": "x"}}}]}},
         "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
        # a value that cannot be parsed ends the reading, and wins over an earlier mismatch
        ("Lease", {"metadata": {"name": 1}, "spec": {"renewTime": "x"}},
         'parsing time "x" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "x" as "2006"'),
        # of two mismatches the first is told
        ("ConfigMap", {"data": {"a": 1}, "metadata": {"name": True}}, CANNOT.format("number", "ConfigMap.data", "string")),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_as_go_does(types: BuiltinTypes, kind: str, body: Any, problem: str) -> None:
    assert refusal(types, kind, body) == HANDLED.format(kind, problem)


GOLDEN = Path(__file__).parents[2] / "../shared/oracle"


@pytest.mark.parametrize("step", range(1, 9))
def test_recorded_bodies_are_refused_as_recorded(types: BuiltinTypes, step: int) -> None:
    yaml = pytest.importorskip("yaml")
    if not GOLDEN.exists():
        pytest.skip("the recorded answers are not next to this checkout")
    cases = yaml.load_all((GOLDEN / "cases/dev/01-requests.yaml").read_text(), Loader=yaml.CSafeLoader)
    case = next(each for each in cases if each and each.get("id") == "status-decode-errors")
    with (GOLDEN / "golden/dev.jsonl").open() as lines:
        found = (json.loads(line) for line in lines if '"status-decode-errors"' in line)
        golden = next(each for each in found if each["step"] == step)
    request = case["steps"][step - 1]
    body = request["body"]
    kind = "Deployment" if "deployments" in request["path"] else "ConfigMap"
    message = refusal(types, kind, body.encode() if isinstance(body, str) else body)
    assert message.replace("pkg/api/legacyscheme/scheme.go:30", "<scheme>") == golden["body"]["message"]


@pytest.mark.parametrize(
    ("strict", "warnings"),
    [
        ("Warn", ('unknown field "metadata.foo"', 'duplicate field "data.k"', 'unknown field "bogus"')),
        ("Ignore", ()),
    ],
)
def test_unknown_and_repeated_fields_are_dropped(
    types: BuiltinTypes, strict: str, warnings: tuple[str, ...]
) -> None:
    body = b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","foo":1},"data":{"k":"1","k":"2"},"bogus":true}'
    decoded = decode(types, "ConfigMap", body, strict=strict)
    assert decoded.warnings == warnings
    assert decoded.obj == {
        "kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a"}, "data": {"k": "2"},
    }  # fmt: skip


def test_strict_refuses_them_in_the_order_in_which_they_stand(types: BuiltinTypes) -> None:
    body = b'{"metadata":{"name":"a","foo":1},"data":{"k":"1","k":"2"},"Data":{},"bogus":true}'
    problems = (
        'unknown field "metadata.foo", duplicate field "data.k", unknown field "Data", unknown field "bogus"'
    )
    assert refusal(types, "ConfigMap", body, strict="Strict") == HANDLED.format(
        "ConfigMap", f"strict decoding error: {problems}"
    )


def test_unknown_fields_in_lists_are_named_by_index(types: BuiltinTypes) -> None:
    body = {"spec": {"containers": [{"name": "a"}, {"name": "b", "x": 1, "ports": [{"y": 1}]}]}}
    assert decode(types, "Pod", body).warnings == (
        'unknown field "spec.containers[1].x"',
        'unknown field "spec.containers[1].ports[0].y"',
    )


@pytest.mark.parametrize(
    ("kind", "body", "obj"),
    [
        ("Lease", {}, {"metadata": {}, "spec": {}}),
        ("Role", {"rules": []}, {"metadata": {}, "rules": []}),
        ("Role", {}, {"metadata": {}, "rules": None}),
        ("Service", {}, {"metadata": {}, "spec": {}, "status": {"loadBalancer": {}}}),
        ("ConfigMap", {"metadata": {"labels": {}, "name": None}, "data": {"b": "x", "a": None}},
         {"metadata": {}, "data": {"a": "", "b": "x"}}),
        ("Deployment", {"spec": {"replicas": 0, "paused": False}},
         {"metadata": {}, "status": {}, "spec": {"replicas": 0, "selector": None, "strategy": {},
          "template": {"metadata": {}, "spec": {"containers": None}}}}),
        ("Pod", {"spec": {"containers": [{"name": "a", "args": [], "securityContext": {}, "resources": {"limits": {
            "cpu": "1000m", "memory": "1024Mi"}}}]}},
         {"metadata": {}, "status": {}, "spec": {"containers": [
             {"name": "a", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}, "securityContext": {}}]}}),
        ("Lease", {"spec": {"renewTime": "2020-01-01T02:00:00.123456+02:00"}},
         {"metadata": {}, "spec": {"renewTime": "2020-01-01T00:00:00.123456Z"}}),
    ],
)  # fmt: skip
def test_an_object_takes_the_form_in_which_it_is_written(
    types: BuiltinTypes, kind: str, body: Any, obj: Any
) -> None:
    found = decode(types, kind, body).obj
    assert found == {"kind": kind, "apiVersion": KINDS[kind], **obj}


def test_keys_take_the_order_of_the_struct_and_maps_are_sorted(types: BuiltinTypes) -> None:
    body = {
        "data": {"b": "1", "a": "2"},
        "metadata": {"labels": {"z": "", "y": ""}, "name": "n"},
        "kind": "ConfigMap",
    }
    text = json.dumps(decode(types, "ConfigMap", body).obj, separators=(",", ":"))
    assert text == (
        '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","labels":{"y":"","z":""}},"data":{"a":"2","b":"1"}}'
    )


def test_another_version_of_the_kind_is_told_by_its_version(types: BuiltinTypes) -> None:
    body = {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler"}
    assert refusal(types, "HorizontalPodAutoscaler", body) == (
        "the API version in the data (autoscaling/v1) does not match the expected API version (autoscaling/v2)"
    )


@pytest.mark.parametrize(
    ("body", "obj", "warnings"),
    [
        (b"metadata: {name: a}\ndata: {k: v}\n", {"metadata": {"name": "a"}, "data": {"k": "v"}}, ()),
        (b"data:\n  2020-01-01: 2020-01-01\n  y: 'y'\n  'on': 'on'\n",
         {"metadata": {}, "data": {"2020-01-01": "2020-01-01", "on": "on", "true": "y"}}, ()),
        (b"data:\n  a: b\n  a: c\nx: 1\n", {"metadata": {}, "data": {"a": "c"}},
         ('line 3: key "a" already set in map', 'unknown field "x"')),
        (b"", {"metadata": {}}, ()),
    ],
)  # fmt: skip
def test_yaml_is_read_as_json_would_be(
    types: BuiltinTypes, body: bytes, obj: Any, warnings: tuple[str, ...]
) -> None:
    decoded = decode(types, "ConfigMap", body, "application/yaml; charset=utf-8")
    assert decoded.obj == {"kind": "ConfigMap", "apiVersion": "v1", **obj}
    assert decoded.warnings == warnings


def test_broken_yaml_is_refused(types: BuiltinTypes) -> None:
    assert refusal(types, "ConfigMap", b"a: b: c", "application/yaml") == (
        "the object provided is unrecognized (must be of type ConfigMap): "
        "yaml: mapping values are not allowed in this context (613a20623a2063)"
    )


def test_another_media_type_is_unsupported(types: BuiltinTypes) -> None:
    with pytest.raises(StatusError) as refused:
        decode(types, "ConfigMap", {}, "text/plain")
    assert refused.value.code == 415


WIDGET = GroupVersionKind("acme.io", "v1", "Widget")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"metadata":{"name":"a"}}', 400,
         ("the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in "
          "'{\"metadata\":{\"name\":\"a\"}}' ({\"metadata\":{\"name\":\"a\"}})")),
        (b'{"apiVersion":"acme.io/v2","kind":"Widget"}', 400,
         "the API version in the data (acme.io/v2) does not match the expected API version (acme.io/v1)"),
        (b'{"apiVersion":"acme.io/v1","kind":"Other","metadata":{"name":"x"}}', 422,
         'Other.acme.io "x" is invalid: kind: Invalid value: "Other": must be Widget'),
    ],
)  # fmt: skip
def test_a_custom_resource_must_say_what_it_is(body: bytes, code: int, message: str) -> None:
    with pytest.raises(StatusError) as refused:
        decode_custom(body, "application/json", expected=WIDGET)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_a_custom_resource_is_kept_as_it_comes() -> None:
    body = (
        b'{"kind":"Widget","apiVersion":"acme.io/v1","spec":{"z":1,"a":null,"z":2},"extra":[{"b":1,"b":1}]}'
    )
    decoded = decode_custom(body, "application/json", expected=WIDGET)
    assert decoded.obj["spec"] == {"z": 2, "a": None}
    assert decoded.warnings == ('duplicate field "spec.z"', 'duplicate field "extra[0].b"')


@pytest.mark.parametrize("api_version", ["v1", "apps/v1", "meta.k8s.io/v1"])
def test_options_of_a_deletion_are_of_any_group(types: BuiltinTypes, api_version: str) -> None:
    body = json.dumps(
        {"kind": "DeleteOptions", "apiVersion": api_version, "propagationPolicy": "Foreground"}
    ).encode()
    found = decode_delete_options(body, "application/json", type=types.type_of("", "v1", "DeleteOptions"))
    assert found["propagationPolicy"] == "Foreground"


def test_another_kind_is_no_options(types: BuiltinTypes) -> None:
    body = b'{"kind":"ConfigMap","apiVersion":"v1"}'
    with pytest.raises(StatusError) as refused:
        decode_delete_options(body, "application/json", type=types.type_of("", "v1", "DeleteOptions"))
    assert refused.value.message == (
        'no kind "ConfigMap" is registered for version "v1" in scheme "pkg/apis/meta/internalversion/scheme/register.go:27"'
    )
