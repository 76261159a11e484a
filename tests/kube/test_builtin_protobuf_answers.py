"""Answers in protobuf are what Go clients would have written themselves."""

import base64
import struct
from typing import Any

import pytest

from fakes.apimachinery.coercion import coerce
from fakes.apimachinery.protobuf import decode_protobuf, read_envelope, read_message
from fakes.apimachinery.protobuf_writing import write_event, write_message
from fakes.apimachinery.schema import GroupVersion
from fakes.kube.builtin.protobuf import BuiltinProtobuf
from fakes.kube.builtin.schemas import BuiltinTypes

# What kubectl sends for: create deployment web --image=nginx:1 --replicas=0 --port=80; create pdb p --selector=app=a
# --max-unavailable=50%; create quota q --hard=cpu=1,memory=1G; create configmap cm --from-literal=a=b --from-file=bin=...
BODIES = [
    ("azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EroBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEogBCAASDAoKCgNhcHASA3dlYhpuChwK"
    "ABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEk4SMAoFbmdpbngSB25naW54OjEqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoA"
    "UgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA=="),
    ("azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOAoRCgFwEgAaACIAKgAyADgAQgASFxIKCggKA2FwcBIBYRoJCAEQABoDNTAlGgoI"
    "ABgAIAAoADAAGgAiAA=="),
    "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIzChEKAXESABoAIgAqADIAOABCABIcCgoKA2NwdRIDCgExCg4KBm1lbW9yeRIECgIxRxoAGgAiAA==",
    "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEigKEgoCY20SABoAIgAqADIAOABCABIGCgFhEgFiGgoKA2JpbhID/wABGgAiAA==",
]  # fmt: skip


@pytest.fixture(scope="module")
def types() -> BuiltinTypes:
    return BuiltinTypes()


@pytest.fixture(scope="module")
def write(types: BuiltinTypes) -> BuiltinProtobuf:
    return BuiltinProtobuf(types)


@pytest.mark.parametrize("body", BODIES)
def test_what_a_go_client_wrote_is_written_again_to_the_byte(
    types: BuiltinTypes, write: BuiltinProtobuf, body: str
) -> None:
    sent = base64.b64decode(body)
    envelope = read_envelope(sent)
    node = types.type_of(*GroupVersion.parse(envelope.api_version).kind(envelope.kind))
    obj, _ = coerce(decode_protobuf(sent, lambda *_: node), node)
    assert write(obj) == sent


@pytest.mark.parametrize(
    ("definition", "obj"),
    [
        ("api.core.v1.Volume", {"name": "v", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}),
        ("api.core.v1.ServicePort", {"name": "", "port": 80, "protocol": "TCP", "nodePort": 0, "targetPort": "http"}),
        ("api.core.v1.Toleration", {"key": "", "operator": "", "value": "", "effect": "", "tolerationSeconds": -1}),
        ("api.coordination.v1.LeaseSpec", {"holderIdentity": "é", "renewTime": "2020-01-01T00:00:00.123456Z"}),
        ("apimachinery.pkg.apis.meta.v1.OwnerReference",
         {"kind": "A", "name": "b", "uid": "c", "apiVersion": "v1", "controller": False}),
        ("api.authentication.v1.UserInfo",
         {"username": "u", "uid": "", "groups": ["a", "b"], "extra": {"k": ["a", "b"]}}),
    ],
)  # fmt: skip
def test_what_is_written_is_read_back(types: BuiltinTypes, definition: str, obj: dict[str, Any]) -> None:
    node = types.definition(f"io.k8s.{definition}")
    assert read_message(write_message(obj, node), node) == obj


@pytest.mark.parametrize(
    ("content", "written"),
    [
        (
            {
                "kind": "ConfigMapList",
                "apiVersion": "v1",
                "metadata": {},
                "items": [{"metadata": {"name": "a"}}],
            },
            True,
        ),
        ({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": 404}, True),
        (
            {
                "kind": "PartialObjectMetadataList",
                "apiVersion": "meta.k8s.io/v1",
                "items": [{"metadata": {}}],
            },
            True,
        ),
        (
            {"kind": "CustomResourceDefinition", "apiVersion": "apiextensions.k8s.io/v1", "metadata": {}},
            False,
        ),
        ({"kind": "Widget", "apiVersion": "acme.io/v1", "metadata": {}}, False),
    ],
)
def test_kinds_without_a_message_are_left_to_json(
    write: BuiltinProtobuf, content: dict[str, Any], written: bool
) -> None:
    assert (write(content) is not None) == written


def test_an_event_of_a_watch_is_framed_by_its_length() -> None:
    frame = write_event("ADDED", b"k8s\0x")
    assert frame == struct.pack(">I", len(frame) - 4) + b"\x0a\x05ADDED\x12\x07\x0a\x05k8s\0x"
