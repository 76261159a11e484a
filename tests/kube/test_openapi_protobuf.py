"""OpenAPI documents in protobuf, byte for byte as a v1.36.2 server wrote the same parts."""

import json
from typing import Any

import pytest

from fakes.kube.builtin.openapi_protobuf import openapi_protobuf


def sized(*parts: bytes) -> bytes:
    payload = b"".join(parts)
    assert len(payload) < 128
    return bytes([len(payload)]) + payload


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "integer"}, b"\xca\x01\x07integer"),
        ({"nullable": True, "enum": ["a"], "type": "string"}, b"\x08\x01\xc2\x01\x06\x12\x04\"a\"\n\xca\x01\x06string"),
        ({"type": "integer", "default": 1}, b"\xca\x01\x07integer\x8a\x02\x09\x09\0\0\0\0\0\0\xf0?"),
        ({"type": "object", "default": {}}, b"\xca\x01\x06object"),
        ({"x-kubernetes-int-or-string": True}, b"\xa2\x02%\n\x1ax-kubernetes-int-or-string\x12\x07\x12\x05true\n"),
        ({"items": {"$ref": "#/x"}}, b"\xf2\x01\x09\n\x07\x12\x05\n\x03#/x"),
    ],
)  # fmt: skip
def test_schemas_of_openapi_3(schema: dict[str, Any], written: bytes) -> None:
    document = json.dumps({"components": {"schemas": {"A": schema}}}).encode()
    named = b"\n" + sized(b"\n\x01A\x12", sized(b"\n", sized(written)))
    assert openapi_protobuf(document, 3) == b"*" + sized(b"\n", sized(named))


@pytest.mark.parametrize(
    ("parameter", "written"),
    [
        ({"in": "query", "name": "a", "type": "string", "uniqueItems": True},
         b"\x12" + sized(b"\x1a" + sized(b"\x12\x05query\x22\x01a\x32\x06string\xa0\x01\x01"))),
        ({"in": "path", "name": "a", "required": True},
         b"\x12" + sized(b"\x22" + sized(b"\x12\x04path\x22\x01a\x08\x01"))),
        ({"in": "body", "name": "body", "schema": {"$ref": "#/x"}},
         b"\n" + sized(b"\x1a\x04body\x12\x04body*\x05\n\x03#/x")),
    ],
)  # fmt: skip
def test_parameters_of_swagger(parameter: dict[str, Any], written: bytes) -> None:
    document = json.dumps({"paths": {"/a": {"parameters": [parameter]}}}).encode()
    item = b"J" + sized(b"\n", sized(written))
    assert openapi_protobuf(document, 2) == b"B" + sized(b"\x12", sized(b"\n\x02/a\x12", sized(item)))
