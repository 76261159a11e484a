"""The objects that parametrise an admission policy, as a binding refers to them.

Source: k8s.io/apiserver, pkg/admission/plugin/policy/generic/policy_dispatcher.go, CollectParams.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.selectors import LabelSelector
from fakes.apiserver.storage.interface import Storage, Stored

__all__ = ["ParamError", "Params", "Resources"]

Resources = Callable[[str, str], tuple[str, bool] | None]
"""From apiVersion and kind to where the storage files such objects, and whether they have namespaces."""


class ParamError(Exception):
    """The parameters cannot be had, or there are none and there must be."""


@dataclass(frozen=True, slots=True)
class Params:
    """Finds parameters."""

    storage: Storage
    resources: Resources

    def find(
        self, kind: Mapping[str, Any] | None, ref: Mapping[str, Any] | None, namespace: str
    ) -> Sequence[Mapping[str, Any] | None]:
        """One entry for each time that the policy is to be evaluated: None where it has no parameters.

        Raises:
            ParamError: the text says what is wrong.
        """
        if kind is None or ref is None:
            return (None,)
        api_version, name = str(kind.get("apiVersion", "")), str(kind.get("kind", ""))
        found = self.resources(api_version, name)
        if found is None:
            raise ParamError(
                f"failed to find resource referenced by paramKind: '{_shown(api_version, name)}'"
            )
        table, namespaced = found
        prefix = self._namespace(ref, namespace, namespaced=namespaced)
        objects = [
            {"kind": name, "apiVersion": api_version, **each.object}
            for each in self._listed(table, prefix, ref)
        ]
        if objects:
            return objects
        if ref.get("parameterNotFoundAction") == "Deny":
            raise ParamError("no params found for policy binding with `Deny` parameterNotFoundAction")
        return ()

    def _namespace(self, ref: Mapping[str, Any], namespace: str, *, namespaced: bool) -> str:
        given = str(ref.get("namespace") or "")
        if not namespaced:
            if given:
                raise ParamError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
            return ""
        if not given and not namespace:
            raise ParamError(
                "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
            )
        return f"{given or namespace}/"

    def _listed(self, table: str, prefix: str, ref: Mapping[str, Any]) -> Iterable[Stored]:
        if name := ref.get("name"):
            stored = self.storage.get(table, f"{prefix}{name}")
            return [] if stored is None else [stored]
        selector = LabelSelector.from_dict(ref.get("selector") or {})
        return [
            each
            for each in self.storage.list(table, prefix)
            if selector.matches(each.object["metadata"].get("labels") or {})
        ]


def _shown(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    return f"{group}/{version}, Kind={kind}"
