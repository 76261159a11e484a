"""The OpenAPI definitions of the built-in types, as the package ``kubernetes_validate`` carries them.

It widens types by ``null`` and writes Quantity and IntOrString as unions; what reads a ``Schema`` need not know that.
Descriptions are left out here, as they are most of the document; ``fakes.kube.builtin.openapi`` reads them when asked.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import msgspec

from fakes.apimachinery.schema import GroupVersionKind

__all__ = [
    "KUBERNETES_MINOR",
    "Schema",
    "definition_of",
    "definitions",
    "definitions_path",
    "package_path",
    "short_name",
]

KUBERNETES_MINOR = "1.36"


class Schema(msgspec.Struct, frozen=True, gc=False):
    """The parts of a schema that say how an object is built."""

    ref: str = msgspec.field(name="$ref", default="")
    type: str | list[str] = ""
    format: str = ""
    items: Schema | None = None
    additional_properties: Schema | bool | None = msgspec.field(name="additionalProperties", default=None)
    properties: dict[str, Schema] = {}
    required: tuple[str, ...] = ()
    list_type: str = msgspec.field(name="x-kubernetes-list-type", default="")
    list_keys: tuple[str, ...] = msgspec.field(name="x-kubernetes-list-map-keys", default=())
    map_type: str = msgspec.field(name="x-kubernetes-map-type", default="")
    merge_key: str = msgspec.field(name="x-kubernetes-patch-merge-key", default="")
    strategy: str = msgspec.field(name="x-kubernetes-patch-strategy", default="")
    kinds: list[dict[str, str]] = msgspec.field(name="x-kubernetes-group-version-kind", default_factory=list)

    @property
    def single_type(self) -> str:
        """The type without ``null``."""
        if isinstance(self.type, str):
            return self.type
        return next((each for each in self.type if each != "null"), "")

    @property
    def definition(self) -> str:
        """The name of the definition that this schema refers to, or nothing."""
        return self.ref.rpartition("/")[2]


class _Document(msgspec.Struct):
    defs: dict[str, Schema] = msgspec.field(name="$defs")


def package_path(package: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed")
    return Path(spec.origin).parent


def definitions_path() -> Path:
    """The document of the version that this server says it is."""
    schemas = package_path("kubernetes_validate") / "kubernetes-json-schema"
    return max(schemas.glob(f"v{KUBERNETES_MINOR}.*-local")) / "_definitions.json"


@cache
def definitions() -> dict[str, Schema]:
    """Every definition by its name, ``io.k8s.api.core.v1.Pod``."""
    return msgspec.json.decode(definitions_path().read_bytes(), type=_Document).defs


@cache
def _names_of_kinds() -> dict[GroupVersionKind, str]:
    return {
        GroupVersionKind(kind["group"], kind["version"], kind["kind"]): name
        for name, schema in definitions().items()
        for kind in schema.kinds
    }


def definition_of(kind: GroupVersionKind) -> str | None:
    """The name of the definition of a kind, or None for a kind that is not in the document."""
    return _names_of_kinds().get(kind)


def short_name(definition: str) -> str:
    """The Go type's name: ``Pod`` of ``io.k8s.api.core.v1.Pod``."""
    return definition.rpartition(".")[2]
