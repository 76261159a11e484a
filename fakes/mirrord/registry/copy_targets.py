"""``copytargets``: copies of targets, each made for a session, and gone with it.

No pod is copied: how long that takes and whether it fails is a setting. Nothing is scaled down either; that only one session
at a time may do so for a workload holds all the same. That the name asked for is made unique is *assumed*.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.names import Names
from fakes.apimachinery.schema import GroupResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Request, Response
from fakes.apiserver.registry.rest import Context, Listed, ListOptions, Object
from fakes.apiserver.storage.interface import Storage, Stored
from fakes.mirrord.model.commands import Start
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.refusals import GROUP
from fakes.mirrord.model.session import CopiedTarget, Session
from fakes.mirrord.model.targets import InvalidTargetError, parse_object
from fakes.mirrord.model.views import copy_target_state
from fakes.mirrord.registry.connecting import SessionConnecter, headers_of, owner_from
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.workloads import Workloads

__all__ = ["CopyTargetsREST"]

_RESOURCE = GroupResource(GROUP, "copytargets")


class CopyTargetsREST:
    """Implements get, list and create."""

    def __init__(
        self, sessions: Sessions, workloads: Workloads, connecter: SessionConnecter, storage: Storage, names: Names
    ) -> None:  # fmt: skip
        self._sessions = sessions
        self._workloads = workloads
        self._connecter = connecter
        self._storage = storage
        self._names = names

    async def get(self, context: Context, name: str, resource_version: str = "") -> Stored:
        return self._made(self._creator(context, name))

    async def list(self, context: Context, options: ListOptions) -> Listed:
        self._sessions.expire()
        creators = _creators(self._sessions.state.in_order(context.namespace or None))
        made = [self._made(session) for session in creators]
        return Listed(
            [each for each in made if options.predicate.matches(each.object)], self._storage.revision
        )

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        metadata = obj["metadata"]
        return {"metadata.name": metadata["name"], "metadata.namespace": metadata["namespace"]}

    def check_field_label(self, label: str) -> str:
        return label

    async def create(self, context: Context, obj: Object, name: str = "") -> Stored:
        spec = obj.get("spec")
        if not isinstance(spec, dict):
            raise StatusError.bad_request("spec is required")
        try:
            target = parse_object(spec.get("target"))
        except InvalidTargetError as error:
            raise StatusError.bad_request(f"spec.target: {error}") from error
        workload = await self._connecter.find(context, target)
        policies = await self._workloads.policies(target, context.namespace, workload, copied=True)
        settings = self._sessions.settings
        asked = obj["metadata"].get("name") or target.copy_name
        copied = CopiedTarget(
            name=self._names.generate(f"{asked}-"), pod_name=self._names.generate("mirrord-copy-job-"),
            scale_down=bool(spec.get("scale_down")) and not settings.copy_failure, target_container=target.container,
            idle_ttl=_seconds(spec.get("idle_ttl")), spec=spec, failure=settings.copy_failure or None,
            ready_at=self._sessions.now() + timedelta(seconds=settings.copy_ready_after_seconds),
        )  # fmt: skip
        session = SessionId(self._names.uint64())
        self._sessions.do(
            Start(
                id=session, owner=owner_from(headers_of(context.headers), context), namespace=context.namespace, target=target,
                key=spec.get("session_key"), copied=copied, pods=(f"{context.namespace}/{copied.pod_name}",),
                policies=policies,
            )
        )  # fmt: skip
        return self._made(self._sessions.state.sessions[session])

    async def connect_to(self, context: Context, name: str, request: Request) -> Response:
        """Connect the session that the copy was made for, or another to the same copy.

        Raises:
            StatusError: there is no such copy, or no connection to be had.
        """
        creator = self._creator(context, name)
        assert creator.copied is not None
        phase = creator.copied.phase(self._sessions.now())
        if phase != "Ready":
            raise StatusError.conflict(_RESOURCE, name, f"the copy is not ready: {phase}")
        return await self._connecter.to_copy(context, creator.target, creator.copied, request)

    def _creator(self, context: Context, name: str) -> Session:
        self._sessions.expire()
        for session in _creators(self._sessions.state.in_order(context.namespace)):
            if session.copied is not None and session.copied.name == name:
                return session
        raise StatusError.not_found(_RESOURCE, name)

    def _made(self, session: Session) -> Stored:
        copied = session.copied
        assert copied is not None
        now = self._sessions.now()
        metadata = {
            "name": copied.name,
            "namespace": session.namespace,
            "creationTimestamp": rfc3339(session.created),
        }
        content = {"metadata": metadata, **copy_target_state(self._sessions.settings, session, now)}
        return Stored(f"{session.namespace}/{copied.name}", content, self._storage.revision)


def _seconds(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
        raise StatusError.bad_request("spec.idle_ttl: expected u32")
    return value


def _creators(sessions: list[Session]) -> list[Session]:
    """The first session of each copy: others only use it."""
    first: dict[str, Session] = {}
    for session in sessions:
        if session.copied is not None:
            first.setdefault(session.copied.name, session)
    return list(first.values())
