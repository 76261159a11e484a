"""A failed scenario in the words of its feature file: the steps, the mismatch, the last requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter
from pytest_bdd.exceptions import StepDefinitionNotFoundError
from pytest_bdd.reporting import ScenarioReport, scenario_reports_registry

from harness.cluster import StatusError, SubscriptionError
from harness.evidence import report
from harness.running.checking import StepError, undefined
from harness.running.clusters import CLUSTERS

if TYPE_CHECKING:
    from pytest_bdd.parser import Step

    from harness.running.collecting import ScenarioItem

__all__ = ["ScenarioFailure", "explain"]

_SAID_IN_FULL = (AssertionError, StatusError, SubscriptionError, StepError)


@dataclass(eq=False, kw_only=True)
class ScenarioFailure(TerminalRepr):
    """What the terminal shows. ``step`` and ``mismatch`` are for reporters that have a line only."""

    reprcrash: ReprFileLocation
    step: str
    mismatch: str
    head: list[str]
    body: str | TerminalRepr
    tail: list[str]

    def toterminal(self, tw: TerminalWriter) -> None:
        for line in self.head:
            tw.line(line, red=line.startswith(">"))
        tw.line("")
        if isinstance(self.body, str):
            for line in self.body.splitlines():
                tw.line(f"E   {line}".rstrip(), red=True, bold=True)
        else:
            self.body.toterminal(tw)
        if self.tail:
            tw.line("")
        for line in self.tail:
            tw.line(line)


def explain(item: ScenarioItem, excinfo: Any, default: Callable[[Any], Any]) -> ScenarioFailure:
    """What to show for the exception that ended a scenario; ``default`` is pytest's own idea."""
    error = excinfo.value
    ran = scenario_reports_registry.get(item)
    failed = _failed_step(ran, error)
    line = failed.line_number if failed else item.case.line
    step = f"{failed.keyword} {failed.name}" if failed else ""
    body = (
        _text(error, failed)
        if isinstance(error, (*_SAID_IN_FULL, StepDefinitionNotFoundError))
        else default(excinfo)
    )
    mismatch = "is undefined" if isinstance(error, StepDefinitionNotFoundError) else _first_line(error)
    where = ReprFileLocation(_path(item), line, f"line {line}: {step}: {mismatch}" if step else mismatch)
    return ScenarioFailure(
        reprcrash=where,
        step=step,
        mismatch=mismatch,
        head=list(_head(item, ran, failed)),
        body=body,
        tail=_tail(item),
    )


def _first_line(error: BaseException) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _text(error: BaseException, failed: Step | None) -> str:
    if isinstance(error, StepDefinitionNotFoundError) and failed is not None:
        return f"{failed.keyword} {failed.name}\n{undefined(failed)}"
    text = str(error) or "the assertion does not hold"
    return text if isinstance(error, AssertionError | StepError) else f"{type(error).__name__}: {text}"


def _failed_step(ran: ScenarioReport | None, error: BaseException) -> Step | None:
    if ran is None:
        return None
    begun = ran.step_reports
    if isinstance(error, StepDefinitionNotFoundError):
        return ran.scenario.steps[len(begun)] if len(begun) < len(ran.scenario.steps) else None
    for each in begun:
        if each.failed or each.stopped is None:
            return each.step
    return None


def _head(item: ScenarioItem, ran: ScenarioReport | None, failed: Step | None) -> Iterator[str]:
    path = _path(item)
    yield f"{path}:{item.case.line}: {item.case.template.keyword}: {item.name}"
    if ran is None or failed is None:
        return
    reached = False
    for step in ran.scenario.steps:
        text = f"{step.keyword} {step.name}"
        if step is failed:
            reached = True
            yield f">     {text}    {path}:{step.line_number}"
        else:
            yield f"      {text}" + ("    (not run)" if reached else "")


def _tail(item: ScenarioItem) -> list[str]:
    opened = item.stash.get(CLUSTERS, None)
    lines = report(opened.evidence()) if opened is not None else []
    if opened is not None and opened.description:
        lines.append(opened.description)
    return lines


def _path(item: ScenarioItem) -> str:
    return item.nodeid.split("::", 1)[0]
