"""Writes a report as YAML for people and tools, and reads it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

from harness.conformance.document import ConformanceReport

__all__ = ["ReportError", "dump", "read"]


class ReportError(ValueError):
    """A file that is no report of ours; the text says why."""


def read(path: Path) -> ConformanceReport:
    """Raises:
    ReportError: it cannot be read, or is no ConformanceReport.
    """
    try:
        loaded = yaml.load(
            path.read_text(encoding="utf-8"),
            Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - one of two safe ones
        )
        report: ConformanceReport = msgspec.convert(loaded, ConformanceReport)
    except (OSError, yaml.YAMLError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ReportError(f"{path} is no conformance report: {error}") from error
    return report


def dump(report: ConformanceReport) -> str:
    """The text of ``report.yaml``."""
    fields = {"apiVersion": report.api_version, "kind": report.kind, **msgspec.to_builtins(report)}
    for step in _steps(fields):
        for key in ("requests", "table"):
            if key in step:
                step[key] = [_OnOneLine(each) for each in step[key]]
    text: str = yaml.dump(fields, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)
    return text


def _steps(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for scenario in fields["scenarios"]:
        yield from scenario.get("steps", ())


class _OnOneLine:
    def __init__(self, value: Any) -> None:
        self.value = value


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes texts of several lines as blocks, and requests a line each."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _represent_line(dumper: Any, line: _OnOneLine) -> Any:
    if isinstance(line.value, dict):
        return dumper.represent_mapping("tag:yaml.org,2002:map", line.value, flow_style=True)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", line.value, flow_style=True)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_OnOneLine, _represent_line)
