"""The report as JUnit XML, which CI systems read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from harness.conformance.capturing import Timing
from harness.conformance.document import ConformanceReport, ScenarioResult, StepResult

__all__ = ["junit_xml"]

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: ConformanceReport, timings: Mapping[str, Timing]) -> str:
    """A test suite for each feature file, a test case for each scenario; its steps are what it printed."""
    whole = {"name": "conformance", **_counts(report.scenarios), "time": _seconds(timings.values())}
    root = Element("testsuites", whole)
    ordered = sorted(report.scenarios, key=lambda each: each.id)
    for file, scenarios in groupby(ordered, key=lambda each: each.id.partition("::")[0]):
        _suite(root, file, list(scenarios), report.date, timings)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(
    root: Element, file: str, scenarios: list[ScenarioResult], date: str, timings: Mapping[str, Timing]
) -> None:
    took = _seconds(timings[each.id] for each in scenarios if each.id in timings)
    suite = SubElement(
        root, "testsuite", {"name": _clean(scenarios[0].feature), **_counts(scenarios), "time": took}
    )
    if date:
        suite.set("timestamp", date.removesuffix("Z"))
    for each in scenarios:
        own = [timings[each.id]] if each.id in timings else []
        case = SubElement(suite, "testcase", classname=file, name=_clean(each.name), time=_seconds(own))
        properties = SubElement(case, "properties")
        for requirement in each.requirements:
            SubElement(properties, "property", name="requirement", value=requirement)
        SubElement(properties, "property", name="level", value=each.level)
        if each.result == "failed":
            first = next(iter(each.reason.splitlines()), "")
            SubElement(case, "failure", message=_clean(first)).text = _clean(each.reason)
        elif each.result != "passed":
            SubElement(case, "skipped", message=_clean(each.reason))
        SubElement(case, "system-out").text = _clean("\n".join(_lines(each.steps)))


def _lines(steps: Iterable[StepResult]) -> Iterator[str]:
    for step in steps:
        yield f"{step.result:8}{step.keyword} {step.text}"
        for command in step.commands:
            yield f"        $ {command.line}    (as {command.user})"
            yield from (f"        {line}" for line in (command.stdout + command.stderr).splitlines())
            yield f"        exit code {command.exit_code}"


def _counts(scenarios: Iterable[ScenarioResult]) -> dict[str, str]:
    results = [each.result for each in scenarios]
    skipped = results.count("skipped") + results.count("notRun")
    return {
        "tests": str(len(results)),
        "failures": str(results.count("failed")),
        "errors": "0",
        "skipped": str(skipped),
    }


def _seconds(timings: Iterable[Timing]) -> str:
    return f"{sum(each.took for each in timings):.3f}"


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
