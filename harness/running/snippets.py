"""Python to paste for a step that nobody has defined yet."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pytest_bdd.parser import Step

from harness.running.step_library import sentences

__all__ = ["nearest_sentences", "snippet"]

_GAP = re.compile(r'"[^"]*"|(?<![\w.-])\d+(?![\w.-])')


def snippet(step: Step) -> str:
    """A definition of the step with its quoted texts and numbers as parameters."""
    arguments: list[str] = []

    def gap(match: re.Match[str]) -> str:
        kind, name = ("str", "text") if match[0].startswith('"') else ("int", "number")
        seen = sum(argument.startswith(name) for argument in arguments)
        name = f"{name}{seen + 1}" if seen else name
        arguments.append(f"{name}: {kind}")
        return f'"{{{name}}}"' if kind == "str" else f"{{{name}:d}}"

    pattern = _GAP.sub(gap, step.name.replace("{", "{{").replace("}", "}}")).replace("'", "\\'")
    text = f"parsers.parse('{pattern}')" if arguments else f"'{pattern}'"
    if step.docstring is not None:
        arguments.append("docstring: str")
    if step.datatable is not None:
        arguments.append("datatable: list[list[str]]")
    return "\n".join(
        (
            f"from pytest_bdd import {step.type}{', parsers' if 'parsers' in text else ''}",
            "",
            f"@{step.type}({text})",
            f"def _({', '.join(['cluster', *arguments])}) -> None:",
            "    raise NotImplementedError",
        )
    )


def nearest_sentences(step: Step, count: int = 3) -> list[str]:
    """Known sentences that the writer may have meant, also under another keyword."""
    known: dict[str, list[str]] = {}
    for each in sentences():
        known.setdefault(each.text, []).append(each.keyword)
    near = get_close_matches(step.name, known, n=count, cutoff=0.6)
    return [f"{' or '.join(known[text])} {text}" for text in near]
