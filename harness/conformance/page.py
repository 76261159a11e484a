"""The report as a page: one file that needs nothing else, no network and no server."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files

import msgspec

from harness.conformance.document import ConformanceReport

__all__ = ["embedded", "html_page"]

_ESCAPES = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
_MARK = "<!--report-->"
_TITLE = "<!--title-->"


def html_page(report: ConformanceReport) -> str:
    """The page; it depends on the report alone."""
    template = (files(__package__) / "page.html").read_text(encoding="utf-8")
    head, _, tail = template.partition(_MARK)
    title = (
        f"Conformance {report.result}: {report.implementation.name} {report.implementation.operator_version}"
    )
    return head.replace(_TITLE, escape(title)) + embedded(report) + tail


def embedded(report: ConformanceReport) -> str:
    """JSON in which nothing can end the element that it stands in."""
    return json.dumps(msgspec.to_builtins(report), ensure_ascii=False, separators=(",", ":")).translate(
        _ESCAPES
    )
