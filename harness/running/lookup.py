"""Which step definitions fit a step of a feature file."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pytest_bdd.parser import Step
from pytest_bdd.scenario import find_fixturedefs_for_step
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

__all__ = ["candidates", "is_async", "refuse_async", "where"]


def candidates(item: pytest.Function, step: Step) -> list[StepFunctionContext]:
    """The definitions that fit and are equally near to the scenario: none is undefined, several are ambiguous.

    A definition in a conftest.py beside the feature hides one that comes from further away.
    """
    manager = item.session._fixturemanager
    found: list[Any] = list(find_fixturedefs_for_step(step=step, fixturemanager=manager, node=item))
    nearest = max((len(definition.baseid) for definition in found), default=0)
    return [step_function_context_registry[each.func] for each in found if len(each.baseid) == nearest]


def is_async(step_func: Callable[..., Any]) -> bool:
    """pytest-bdd would call it and never await the result."""
    function = inspect.unwrap(step_func)
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def refuse_async(step: Step, step_func: Callable[..., Any]) -> None:
    """Raises:
    AssertionError: the step would pass without being run.
    """
    if is_async(step_func):
        raise AssertionError(
            f"`{step.name}` is an `async def` step, which nothing would await: {where(step_func)}"
        )


def where(step_func: Callable[..., Any]) -> str:
    code = inspect.unwrap(step_func).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"
