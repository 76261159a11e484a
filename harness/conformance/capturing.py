"""What happened in one scenario while it runs: steps, the commands and requests of each, and how long it took."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from harness.conformance.document import Command, Outcome, Request, StepResult
from harness.conformance.redacting import redact
from harness.evidence import AuditEntry
from harness.running.clusters import CLUSTERS
from harness.running.witness import WITNESS, WitnessedCommand

if TYPE_CHECKING:
    from pytest_bdd.parser import Step

    from harness.running.collecting import ScenarioItem

__all__ = ["Capture", "Timing", "new_entries"]


@dataclass(slots=True, kw_only=True)
class Timing:
    """Seconds by a clock that only goes forward: since the run began, of the scenario, of each step that was begun."""

    began: float = 0.0
    took: float = 0.0
    steps: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Captured:
    step: Step
    result: Outcome = "notRun"
    commands: list[Command] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


class Capture:
    """Follows a scenario from step to step."""

    def __init__(self, item: ScenarioItem, *, run_began: float) -> None:
        self.item = item
        self.timing = Timing()
        self._began = perf_counter()
        self.timing.began = self._began - run_began
        self._steps = [_Captured(step) for step in item.case.template.render(item.case.example).steps]
        self._step_began: float | None = None
        self._seen: list[AuditEntry] = []
        self._commands_seen = 0

    @property
    def _current(self) -> _Captured | None:
        index = len(self.timing.steps)
        return self._steps[index] if index < len(self._steps) else None

    def step_begins(self) -> None:
        self._step_began = perf_counter()

    def step_ends(self, result: Outcome) -> None:
        """The step that was begun last is over; what was done since the one before is its doing."""
        current = self._current
        if current is None or self._step_began is None:
            return
        current.result = result
        self._collect(current)
        self.timing.steps.append(perf_counter() - self._step_began)
        self._step_began = None

    def collect(self) -> None:
        """Keep what a step did that was begun and has not come to its end."""
        if self._step_began is not None and self._current is not None:
            self._collect(self._current)

    def scenario_ends(self, result: Outcome) -> None:
        """A step that did not come to its end, or has no definition, shares the fate of its scenario."""
        current = self._current
        failed = any(each.result == "failed" for each in self._steps)
        if current is not None and (result == "skipped" or (result == "failed" and not failed)):
            current.result = result
        self.timing.took = perf_counter() - self._began

    def _collect(self, step: _Captured) -> None:
        witness = self.item.stash.get(WITNESS, None)
        commands = witness.commands if witness is not None else []
        step.commands += [_command(each) for each in commands[self._commands_seen :]]
        self._commands_seen = len(commands)
        clusters = self.item.stash.get(CLUSTERS, None)
        if clusters is not None and clusters.opened is not None:
            now = list(clusters.evidence())
            step.requests += [_request(each) for each in new_entries(self._seen, now)]
            self._seen = now

    def steps(self) -> list[StepResult]:
        return [
            StepResult(
                keyword=each.step.keyword,
                text=redact(each.step.name),
                line=each.step.line_number,
                result=each.result,
                docstring=redact(each.step.docstring) if each.step.docstring is not None else None,
                table=_table(each.step),
                commands=each.commands,
                requests=each.requests,
            )
            for each in self._steps
        ]


def new_entries(before: Sequence[AuditEntry], now: Sequence[AuditEntry]) -> Sequence[AuditEntry]:
    """What came after ``before``, in a log that may forget its oldest entries and fill in answers later."""
    old, new = [_identity(each) for each in before], [_identity(each) for each in now]
    for forgotten in range(len(old) + 1):
        kept = len(old) - forgotten
        if old[forgotten:] == new[:kept]:
            return now[kept:]
    return now


def _identity(entry: AuditEntry) -> tuple[str, str, str]:
    return entry.user, entry.verb, entry.path


def _command(seen: WitnessedCommand) -> Command:
    result = seen.result

    def shown(text: str) -> str:
        return redact(text.replace(str(seen.home), "~"))

    return Command(
        user=seen.person,
        line=shown(shlex.join(result.args)),
        exit_code=result.exit_code,
        stdout=shown(result.stdout),
        stderr=shown(result.stderr),
    )


def _request(entry: AuditEntry) -> Request:
    return Request(
        user=entry.user,
        verb=entry.verb,
        path=redact(entry.path),
        code=entry.code,
        decision=entry.decision,
        reason=redact(entry.reason),
    )


def _table(step: Any) -> list[list[str]]:
    table = getattr(step, "datatable", None)
    return [list(row) for row in table.raw()] if table is not None else []
