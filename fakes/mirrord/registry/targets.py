"""``targets``: whatever can be impersonated, one for each workload, made of what the cluster has.

Containers of their own, which a name may add, are not listed. Targets without a name are neither listed nor got.
"""

from __future__ import annotations

from collections.abc import Mapping

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Listed, ListOptions, Object
from fakes.apiserver.storage.interface import Storage, Stored
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.targets import InvalidTargetError, Target, parse_url_name
from fakes.mirrord.registry.connecting import SessionConnecter
from fakes.mirrord.workloads import Workloads

__all__ = ["TargetsREST"]

_RESOURCE = GroupResource(GROUP, "targets")


class TargetsREST:
    """Implements get and list; connecting is the business of ``SessionConnecter``."""

    def __init__(self, workloads: Workloads, connecter: SessionConnecter, storage: Storage) -> None:
        self._workloads = workloads
        self._connecter = connecter
        self._storage = storage

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        try:
            target = parse_url_name(name)
        except InvalidTargetError as error:
            raise StatusError.not_found(_RESOURCE, name) from error
        if await self._connecter.find(context, target) is None:
            raise StatusError.not_found(_RESOURCE, name)
        return self._made(target, context.namespace)

    async def list(self, context: Context, options: ListOptions) -> Listed:
        found = await self._workloads.every(context.namespace)
        made = [
            self._made(Target(kind.word, workload["metadata"]["name"]), workload["metadata"]["namespace"])
            for kind, workload in found
        ]
        made.sort(key=lambda target: target.key)
        return Listed(
            [each for each in made if options.predicate.matches(each.object)], self._storage.revision
        )

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        metadata = obj["metadata"]
        return {"metadata.name": metadata["name"], "metadata.namespace": metadata["namespace"]}

    def check_field_label(self, label: str) -> str:
        return label

    def _made(self, target: Target, namespace: str) -> Stored:
        name = target.url_name
        content = {"metadata": {"name": name, "namespace": namespace}, "spec": {"target": target.to_json()}}
        return Stored(f"{namespace}/{name}", content, self._storage.revision)
