"""Puts the files of a report into a folder."""

from __future__ import annotations

import os
from pathlib import Path

from harness.conformance.junit import junit_xml
from harness.conformance.messages import messages
from harness.conformance.page import html_page
from harness.conformance.running import Conclusion
from harness.conformance.storing import dump

__all__ = ["write"]


def write(conclusion: Conclusion, folder: Path) -> list[Path]:
    """Write ``report.yaml``, ``report.html``, ``junit.xml`` and ``messages.ndjson``; each is there whole or not at all.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _put(folder / "report.yaml", dump(conclusion.report)),
        _put(folder / "report.html", html_page(conclusion.report)),
        _put(folder / "junit.xml", junit_xml(conclusion.report, conclusion.timings)),
        _put(folder / "messages.ndjson", "".join(messages(conclusion))),
    ]


def _put(path: Path, text: str) -> Path:
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    os.replace(unfinished, path)
    return path
