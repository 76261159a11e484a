"""One scenario among the Cucumber messages: that it is to be run, and what happened in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from gherkin.stream.id_generator import IdGenerator

from harness.conformance.capturing import Timing
from harness.conformance.document import ScenarioResult, StepResult, kinds

__all__ = ["Case", "Definitions", "Envelope", "moment", "timestamp"]

_STATUS = {"passed": "PASSED", "failed": "FAILED", "skipped": "SKIPPED", "notRun": "SKIPPED"}

Envelope = dict[str, Any]


class Definitions(Protocol):
    """Knows the definitions of steps."""

    def of(self, text: str, kind: str) -> list[str]:
        """The ids of those that fit a step."""
        ...


class Case:
    """One scenario that was run."""

    def __init__(
        self,
        result: ScenarioResult,
        pickle: Any,
        timing: Timing,
        began: datetime,
        run: str,
        ids: IdGenerator,
        definitions: Definitions,
    ) -> None:
        self._result = result
        self._pickle = pickle
        self._timing = timing
        self._began = began
        self._run = run
        self._id, self._started = ids.get_next_id(), ids.get_next_id()
        self._steps = [
            (ids.get_next_id(), step, definitions.of(step.text, kind))
            for step, kind in zip(result.steps, kinds(result.steps), strict=True)
        ]

    @property
    def ended(self) -> float:
        return self._timing.began + self._timing.took

    def declared(self) -> Envelope:
        steps = [
            {
                "id": key,
                "pickleStepId": written["id"],
                "stepDefinitionIds": found,
                "stepMatchArgumentsLists": [{"stepMatchArguments": []} for _ in found],
            }
            for (key, _, found), written in zip(self._steps, self._pickle["steps"], strict=True)
        ]
        case = {
            "id": self._id,
            "pickleId": self._pickle["id"],
            "testSteps": steps,
            "testRunStartedId": self._run,
        }
        return {"testCase": case}

    def happened(self) -> Iterator[Envelope]:
        at = self._timing.began
        yield {
            "testCaseStarted": {
                "id": self._started,
                "testCaseId": self._id,
                "attempt": 0,
                "timestamp": self._at(at),
            }
        }
        for index, (key, step, found) in enumerate(self._steps):
            took = self._timing.steps[index] if index < len(self._timing.steps) else 0.0
            status = _STATUS[step.result] if found or step.result != "failed" else "UNDEFINED"
            yield from self._step(key, step, status, at, took)
            at += took
        yield {
            "testCaseFinished": {
                "testCaseStartedId": self._started,
                "timestamp": self._at(self.ended),
                "willBeRetried": False,
            }
        }

    def _step(self, key: str, step: StepResult, status: str, at: float, took: float) -> Iterator[Envelope]:
        where = {"testCaseStartedId": self._started, "testStepId": key}
        yield {"testStepStarted": {**where, "timestamp": self._at(at)}}
        for name, media_type, body in _attachments(step):
            attached = {
                "body": body,
                "contentEncoding": "IDENTITY",
                "mediaType": media_type,
                "fileName": name,
            }
            yield {"attachment": {**where, **attached, "timestamp": self._at(at + took)}}
        result: dict[str, Any] = {
            "status": status,
            "duration": _duration(timedelta(seconds=took)),
        }
        if step.result in ("failed", "skipped") and self._result.reason:
            result["message"] = self._result.reason
        yield {"testStepFinished": {**where, "testStepResult": result, "timestamp": self._at(at + took)}}

    def _at(self, seconds: float) -> dict[str, int]:
        return timestamp(self._began + timedelta(seconds=seconds))


def _attachments(step: StepResult) -> Iterator[tuple[str, str, str]]:
    for command in step.commands:
        text = f"$ {command.line}\n{command.stdout}{command.stderr}[exit code {command.exit_code}]"
        yield f"command of {command.user}.txt", "text/plain", text
    if step.requests:
        lines = [f"{each.user} {each.verb} {each.path} {each.code} {each.decision}" for each in step.requests]
        yield "requests.txt", "text/plain", "\n".join(lines)


def moment(date: str) -> datetime:
    return datetime.fromisoformat(date or "1970-01-01T00:00:00Z")


def timestamp(moment: datetime) -> dict[str, int]:
    return _duration(moment - datetime.fromisoformat("1970-01-01T00:00:00Z"))


def _duration(elapsed: timedelta) -> dict[str, int]:
    seconds = elapsed // timedelta(seconds=1)
    return {
        "seconds": seconds,
        "nanos": (elapsed - timedelta(seconds=seconds)) // timedelta(microseconds=1) * 1000,
    }
