"""``mirrordoperators``: one object, which says everything about the operator and is made anew for every reader."""

from __future__ import annotations

from collections.abc import Mapping

from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry.rest import Context, Listed, ListOptions, Object
from fakes.apiserver.storage.interface import Storage, Stored
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.views import OPERATOR_NAME, mirrord_operator
from fakes.mirrord.sessions import Sessions

__all__ = ["RESOURCE", "MirrordOperatorsREST"]

RESOURCE = GroupResource(GROUP, "mirrordoperators")


class MirrordOperatorsREST:
    """Implements get and list. The object has no resourceVersion: it cannot be watched or waited for."""

    def __init__(self, sessions: Sessions, storage: Storage) -> None:
        self._sessions = sessions
        self._storage = storage

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        if name != OPERATOR_NAME:
            raise StatusError.not_found(RESOURCE, name)
        return self._made()

    async def list(self, context: Context, options: ListOptions) -> Listed:
        operator = self._made()
        shown = [operator] if options.predicate.matches(operator.object) else []
        return Listed(shown, self._storage.revision)

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return {"metadata.name": obj["metadata"]["name"]}

    def check_field_label(self, label: str) -> str:
        return label

    def _made(self) -> Stored:
        self._sessions.expire()
        made = mirrord_operator(self._sessions.state, self._sessions.now())
        content = {name: made[name] for name in ("metadata", "spec", "status")}
        return Stored(OPERATOR_NAME, content, self._storage.revision)
