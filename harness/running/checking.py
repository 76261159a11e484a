"""A dry run: every step has exactly one definition, and nothing is executed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_bdd.parser import Step

from harness.running.lookup import candidates, is_async, where
from harness.running.snippets import nearest_sentences, snippet

if TYPE_CHECKING:
    from harness.running.collecting import ScenarioItem

__all__ = ["StepError", "check_steps", "undefined"]


class StepError(Exception):
    """Steps of a scenario that cannot be run as they stand; the text says which and what to do."""


def check_steps(item: ScenarioItem) -> None:
    """Raises:
    StepError: a step is undefined, ambiguous or asynchronous.
    """
    problems = list(_problems(item))
    if problems:
        raise StepError("\n\n".join(problems))


def _problems(item: ScenarioItem) -> Iterator[str]:
    path = item.nodeid.partition("::")[0]
    for step in item.case.template.render(item.case.example).steps:
        found = candidates(item, step)
        place = f"{path}:{step.line_number}: {step.keyword} {step.name}"
        if not found:
            yield f"{place}\n{undefined(step)}"
        elif len(found) > 1:
            yield "\n".join(
                (place, "is ambiguous; it is defined at", *(f"    {where(each.step_func)}" for each in found))
            )
        elif is_async(found[0].step_func):
            yield f"{place}\nis an `async def` step, which nothing would await: {where(found[0].step_func)}"


def undefined(step: Step) -> str:
    """What to tell of an undefined step: sentences that may be meant, and a definition to paste."""
    near = nearest_sentences(step)
    lines = ["is undefined."]
    if near:
        lines += ["Sentences that are near:", *(f"    {each}" for each in near)]
    lines += ["To define it, paste this into a conftest.py beside the feature:", ""]
    lines += [f"    {line}".rstrip() for line in snippet(step).splitlines()]
    return "\n".join(lines)
