"""What is different between two reports: verdicts, what commands printed, what the API server answered. Pure.

Things that differ from run to run and mean nothing are made alike: moments, durations, addresses, generated names.
Requests are compared as sets for each step of When and Then, for how often somebody asks until something is so is
no business of theirs; how a starting world is put into a cluster is not, either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from msgspec import structs

from harness.conformance.document import Command, ConformanceReport, Request, ScenarioResult, kinds

__all__ = ["Difference", "compare", "normalised"]

_RAN = frozenset({"passed", "failed"})
_UNIMPORTANT = (
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"), "<moment>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uid>"),
    (re.compile(r"\bhttps?://[\w.\[\]:-]+"), "<address>"),
    (re.compile(r"\b(?:127\.0\.0\.1|localhost):\d+\b"), "<address>"),
    (re.compile(r"(?i)([\"']?resourceVersion[\"']?[:=]\s*[\"']?)\d+"), r"\1<revision>"),
    (re.compile(r"(?<![\w.-])(?:\d+(?:ms|us|µs|ns|h|m|s|d)\s?)+(?![\w.-])"), "<duration> "),
    (re.compile(r"-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b"), "-<generated>"),
    (re.compile(r"\bharness-[0-9a-z]{4,}\b"), "<run>"),
    (re.compile(r"[ ]{2,}|-{3,}"), " "),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where the reports do not agree; an empty side has nothing there."""

    what: Literal["result", "requirement", "scenario", "text", "command", "requests"]
    where: str
    step: str = ""
    left: str
    right: str


def compare(
    left: ConformanceReport, right: ConformanceReport, *, exact: bool = False, ran_in_both: bool = False
) -> list[Difference]:
    """Differences in the order of the first report.

    Args:
        exact: compare outputs byte for byte.
        ran_in_both: leave out what one side could not run, and the verdicts that follow from that.
    """
    if ran_in_both:
        return list(_scenarios(*_common(left, right), exact=exact))
    return [
        *_different("result", "", left.result, right.result),
        *_requirements(left, right),
        *_scenarios(left, right, exact=exact),
    ]


def _common(left: ConformanceReport, right: ConformanceReport) -> tuple[ConformanceReport, ConformanceReport]:
    ran = [{each.id for each in report.scenarios if each.result in _RAN} for report in (left, right)]
    both = ran[0] & ran[1]
    one, other = (
        structs.replace(report, scenarios=[each for each in report.scenarios if each.id in both])
        for report in (left, right)
    )
    return one, other


def normalised(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, instead in _UNIMPORTANT:
        text = pattern.sub(instead, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _different(
    what: Literal["result", "requirement", "scenario", "text", "command", "requests"],
    where: str,
    left: str,
    right: str,
    step: str = "",
) -> Iterator[Difference]:
    if left != right:
        yield Difference(what=what, where=where, step=step, left=left, right=right)


def _requirements(left: ConformanceReport, right: ConformanceReport) -> Iterator[Difference]:
    ours = {each.id: each.result for each in left.requirements}
    theirs = {each.id: each.result for each in right.requirements}
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        yield from _different("requirement", key, ours.get(key, ""), theirs.get(key, ""))


def _scenarios(left: ConformanceReport, right: ConformanceReport, *, exact: bool) -> Iterator[Difference]:
    ours, theirs = left.by_scenario(), right.by_scenario()
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None:
            yield from _different("scenario", key, one.result if one else "", other.result if other else "")
        else:
            yield from _scenario(one, other, exact=exact)


def _scenario(one: ScenarioResult, other: ScenarioResult, *, exact: bool) -> Iterator[Difference]:
    yield from _different("scenario", one.id, one.result, other.result)
    if one.hash != other.hash:
        yield Difference(what="text", where=one.id, left=one.hash, right=other.hash)
        return
    told = any(step.requests for step in one.steps) and any(step.requests for step in other.steps)
    for kind, mine, yours in zip(kinds(one.steps), one.steps, other.steps, strict=False):
        if mine.result not in _RAN or yours.result not in _RAN:
            continue
        words = f"{mine.keyword} {mine.text}"
        yield from _different(
            "command", one.id, _commands(mine.commands, exact), _commands(yours.commands, exact), words
        )
        if told and kind != "given":
            yield from _different(
                "requests", one.id, _requests(mine.requests), _requests(yours.requests), words
            )


def _commands(commands: Iterable[Command], exact: bool) -> str:
    shown = "\n".join(
        f"{each.user} $ {each.line}\n{each.stdout}{each.stderr}[exit code {each.exit_code}]"
        for each in commands
    )
    return shown if exact else normalised(shown)


def _requests(requests: Iterable[Request]) -> str:
    answers = {f"{each.user} {each.verb} {normalised(each.path)} {_code(each)}" for each in requests}
    return "\n".join(sorted(answers))


def _code(request: Request) -> int:
    """The status. A real API server writes down 101 for an upgrade that it handed on, whatever the server behind it said."""
    handed_on = request.verb == "proxy" and request.decision == "allow"
    return HTTPStatus.SWITCHING_PROTOCOLS if handed_on else request.code
