"""MutatingAdmissionWebhook and ValidatingAdmissionWebhook: other servers change or refuse what is written.

Not here: versions of a resource other than custom ones count as equivalent only if they are the request's own; built-in
plugins do not run again after a webhook has changed an object; audit annotations are ignored.
Source: k8s.io/apiserver, pkg/admission/plugin/webhook.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.clock import enter_loop
from fakes.apimachinery.golang import quote
from fakes.apimachinery.patch.json_patch import apply_json_patch
from fakes.apimachinery.schema import GroupVersionResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.apiserver.storage.interface import Storage, encode
from fakes.kube.admission.conditions import Conditions
from fakes.kube.admission.configured import Configured
from fakes.kube.admission.matching import Match, Versions, is_exempt
from fakes.kube.admission.reviews import (
    InvalidAnswerError,
    Verdict,
    admission_request,
    denial,
    read_answer,
    versioned,
)
from fakes.kube.admission.webhook_calls import CallError, WebhookClient

__all__ = ["MutatingWebhooks", "ValidatingWebhooks"]

_GROUP = "admissionregistration.k8s.io"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hook:
    """One webhook of a configuration."""

    name: str
    client: Mapping[str, Any]
    match: Match
    conditions: Conditions
    ignores_failure: bool
    seconds: int
    reinvoked: bool

    @classmethod
    def of(cls, hook: Mapping[str, Any]) -> _Hook:
        ignores = hook.get("failurePolicy") == "Ignore"
        return cls(
            name=hook.get("name", ""),
            client=hook.get("clientConfig") or {},
            match=Match.of(hook, rules="rules"),
            conditions=Conditions.of(hook.get("matchConditions") or (), ignores_failure=ignores),
            ignores_failure=ignores,
            seconds=hook.get("timeoutSeconds") or 10,
            reinvoked=hook.get("reinvocationPolicy") == "IfNeeded",
        )


def _hooks(configuration: Mapping[str, Any]) -> tuple[_Hook, ...]:
    return tuple(_Hook.of(hook) for hook in configuration.get("webhooks") or ())


class _Webhooks:
    """The webhooks of one kind of configuration."""

    resource: str
    mutating: bool

    def __init__(self, storage: Storage, client: WebhookClient, versions: Versions) -> None:
        self._storage = storage
        self._client = client
        self._versions = versions
        self._configured = Configured(storage, f"{self.resource}.{_GROUP}", _hooks)

    def _wanting(self, attributes: Attributes) -> list[tuple[_Hook, GroupVersionResource]]:
        """Who wants to see a write, and in which version."""
        if is_exempt(attributes):
            return []
        found = []
        for hook in (each for hooks in self._configured.values for each in hooks):
            resource = hook.match.resource(attributes, self._storage, self._versions)
            if resource is not None and hook.conditions.hold(attributes, resource):
                found.append((hook, resource))
        return found

    async def _call(
        self, hook: _Hook, resource: GroupVersionResource, attributes: Attributes
    ) -> Verdict | None:
        """What the webhook says; None if it fails and may.

        Raises:
            StatusError: it fails and may not.
        """
        uid = self._storage.names.uid()
        review = {
            "kind": "AdmissionReview",
            "apiVersion": "admission.k8s.io/v1",
            "request": admission_request(attributes, resource, uid),
        }
        try:
            answer = await self._client.post(hook.client, encode(review), seconds=hook.seconds)
            verdict = read_answer(answer, uid, mutating=self.mutating)
        except CallError as error:
            _tolerate(hook, f"failed to call webhook: {error}", error)
            return None
        except InvalidAnswerError as error:
            _tolerate(hook, str(error), error)
            return None
        attributes.warnings.extend(verdict.warnings)
        if not verdict.allowed:
            raise denial(hook.name, verdict)
        return verdict


def _tolerate(hook: _Hook, problem: str, cause: Exception) -> None:
    """Go on if the webhook may fail."""
    if not hook.ignores_failure:
        raise StatusError.internal(f"failed calling webhook {quote(hook.name)}: {problem}") from cause


class ValidatingWebhooks(_Webhooks):
    """Asks all at once; the first that refuses, in the order of their names, is who is heard."""

    resource = "validatingwebhookconfigurations"
    mutating = False

    async def validate(self, attributes: Attributes) -> None:
        if not self._configured.values or not (wanting := self._wanting(attributes)):
            return
        await enter_loop()
        calls = [self._call(hook, resource, attributes) for hook, resource in wanting]
        for outcome in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome


class MutatingWebhooks(_Webhooks):
    """Asks one after the other; who wants it is asked again if a later one changed the object."""

    resource = "mutatingwebhookconfigurations"
    mutating = True

    async def admit(self, attributes: Attributes) -> None:
        if not self._configured.values or not (wanting := self._wanting(attributes)):
            return
        again: list[tuple[_Hook, GroupVersionResource]] = []
        asked: list[tuple[_Hook, GroupVersionResource]] = []
        for each in wanting:
            if await self._change(*each, attributes):
                again = [*asked]
            asked.append(each)
        for hook, resource in again:
            if hook.reinvoked:
                await self._change(hook, resource, attributes)

    async def _change(self, hook: _Hook, resource: GroupVersionResource, attributes: Attributes) -> bool:
        """Call, and apply the patch; whether it changed anything."""
        verdict = await self._call(hook, resource, attributes)
        if verdict is None or not verdict.patch or attributes.object is None:
            return False
        before = versioned(attributes.object, attributes) or {}
        try:
            after = apply_json_patch(before, verdict.patch)
        except StatusError as error:
            raise StatusError.internal(error.message) from error
        if after == before:
            return False
        _replace(attributes, after)
        return True


def _replace(attributes: Attributes, after: dict[str, Any]) -> None:
    """Take what a patch left over as the object, with defaults."""
    codec, obj = attributes.codec, attributes.object
    assert obj is not None
    new = codec.decode(encode(after), "application/json", "Ignore").object if codec is not None else after
    obj.clear()
    obj.update({name: value for name, value in new.items() if name not in ("kind", "apiVersion")})
