"""The report as Cucumber messages: one JSON object a line, as the tools around Cucumber read them.

https://github.com/cucumber/messages. A scenario that was not reached is a pickle without a test case.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from gherkin.ast_builder import AstBuilder
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from harness.conformance.capturing import Timing
from harness.conformance.document import ConformanceReport
from harness.conformance.message_cases import Case, Envelope, moment, timestamp
from harness.conformance.running import Conclusion
from harness.running.step_library import Sentence, sentence

__all__ = ["messages"]

PROTOCOL_VERSION = "34.2.0"
MEDIA_TYPE = "text/x.cucumber.gherkin+plain"
_GAP = re.compile(r"\{\w+\}")


def messages(conclusion: Conclusion) -> Iterator[str]:
    """The lines of ``messages.ndjson``."""
    for envelope in _envelopes(conclusion):
        yield json.dumps(envelope, ensure_ascii=False, separators=(",", ":")) + "\n"


def _envelopes(conclusion: Conclusion) -> Iterator[Envelope]:
    ids, report = IdGenerator(), conclusion.report
    yield _meta(report)
    pickles: dict[tuple[str, int], Any] = {}
    for uri, path in conclusion.files.items():
        yield from _source(uri, path, ids, pickles)
    definitions = _Definitions(ids)
    yield from definitions.envelopes()
    began = moment(report.date)
    run = ids.get_next_id()
    yield {"testRunStarted": {"timestamp": timestamp(began), "id": run}}
    cases = [
        Case(each, pickle, conclusion.timings.get(each.id, Timing()), began, run, ids, definitions)
        for each in report.scenarios
        if each.result != "notRun" and (pickle := pickles.get((each.id.partition("::")[0], each.line)))
    ]
    for case in cases:
        yield case.declared()
    for case in cases:
        yield from case.happened()
    ended = began + timedelta(seconds=max((each.ended for each in cases), default=0.0))
    success = all(each.result in ("passed", "skipped") for each in report.scenarios)
    yield {"testRunFinished": {"success": success, "timestamp": timestamp(ended), "testRunStartedId": run}}


def _meta(report: ConformanceReport) -> Envelope:
    return {
        "meta": {
            "protocolVersion": PROTOCOL_VERSION,
            "implementation": {
                "name": "mirrord-harness",
                "version": report.reproduce.version.rpartition(" ")[2],
            },
            "runtime": {"name": platform.python_implementation(), "version": platform.python_version()},
            "os": {"name": platform.system(), "version": platform.release()},
            "cpu": {"name": platform.machine()},
        }
    }


def _source(
    uri: str, path: Path, ids: IdGenerator, pickles: dict[tuple[str, int], Any]
) -> Iterator[Envelope]:
    text = path.read_text(encoding="utf-8")
    yield {"source": {"uri": uri, "data": text, "mediaType": MEDIA_TYPE}}
    document: Any = {**Parser(AstBuilder(ids)).parse(text), "uri": uri}
    yield {"gherkinDocument": document}
    lines = dict(_lines(document))
    for pickle in Compiler(ids).compile(document):
        pickles[uri, lines[pickle["astNodeIds"][-1]]] = pickle
        yield {"pickle": pickle}


def _lines(node: Any) -> Iterator[tuple[str, int]]:
    """The line of everything in a document that has an id."""
    if isinstance(node, dict):
        if "id" in node and "location" in node:
            yield node["id"], node["location"]["line"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _lines(each)


class _Definitions:
    """The sentences that steps can be written with, and which of them a step was."""

    def __init__(self, ids: IdGenerator) -> None:
        found = [
            (context, sentence(context))
            for context in step_function_context_registry.values()
            if context.step_func.__module__ != "pytest_bdd.plugin"
        ]
        found.sort(key=lambda each: (each[1].module, _line_of(each[1]), each[1].keyword, each[1].text))
        self._all: list[tuple[str, StepFunctionContext, Sentence]] = [
            (ids.get_next_id(), context, words) for context, words in found
        ]

    def envelopes(self) -> Iterator[Envelope]:
        for key, _, words in self._all:
            yield {
                "stepDefinition": {
                    "id": key,
                    "pattern": {"source": _pattern(words.text), "type": "REGULAR_EXPRESSION"},
                    "sourceReference": {
                        "uri": f"{words.module.replace('.', '/')}.py",
                        "location": {"line": _line_of(words)},
                    },
                }
            }

    def of(self, text: str, kind: str) -> list[str]:
        return [
            key
            for key, context, _ in self._all
            if context.type in (None, kind) and context.parser.is_matching(text)
        ]


def _line_of(words: Sentence) -> int:
    return int(words.source.rpartition(":")[2])


def _pattern(text: str) -> str:
    """The sentence as a regular expression; what fills a gap is a group."""
    return f"^{'(.*)'.join(re.escape(part) for part in _GAP.split(text))}$"
