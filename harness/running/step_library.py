"""The sentences that come with the distribution, and the catalogue of all that are known."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

__all__ = ["PACKAGE", "Parameter", "Sentence", "import_library", "register", "sentence", "sentences"]

PACKAGE = "scenarios.steps"
_OF_PYTEST_BDD = "pytest_bdd.plugin"
_PARAMETER = re.compile(r"\{(\w+)(?::([^{}]+))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A gap in a sentence, and the kind of value that fills it."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A step as a writer of features needs to know it."""

    keyword: str
    """Given, When or Then; ``*`` fits all."""
    text: str
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...]
    """``docstring``, ``datatable``."""
    description: str
    module: str
    source: str


def import_library() -> list[Any]:
    """The modules with the sentences of the distribution."""
    package = import_module(PACKAGE)
    return [import_module(f"{PACKAGE}.{module.name}") for module in iter_modules(package.__path__)]


def register(config: pytest.Config) -> None:
    """Make the sentences of the distribution available to every scenario of this run."""
    name = f"{PACKAGE}.*"
    if config.pluginmanager.has_plugin(name):
        return
    config.pluginmanager.register(_Registered(), name)
    for module in import_library():
        config.pluginmanager.register(module, module.__name__)


class _Registered:
    """Stands in the plugin manager for the library as a whole."""


def sentences() -> list[Sentence]:
    """Every sentence that has been imported, in the order of modules and of their source."""
    found = [
        (context.step_func.__module__, context.step_func.__code__.co_firstlineno, sentence(context))
        for context in step_function_context_registry.values()
        if context.step_func.__module__ != _OF_PYTEST_BDD
    ]
    return [
        each for _, _, each in sorted(found, key=lambda row: (row[0], row[1], row[2].keyword, row[2].text))
    ]


def sentence(context: StepFunctionContext) -> Sentence:
    function = inspect.unwrap(context.step_func)
    arguments = inspect.signature(function).parameters
    return Sentence(
        keyword=context.type.title() if context.type else "*",
        text=_PARAMETER.sub(r"{\1}", context.parser.name),
        parameters=tuple(_parameters(context.parser.name)),
        takes=tuple(name for name in ("docstring", "datatable") if name in arguments),
        description=" ".join((inspect.getdoc(function) or "").split()),
        module=function.__module__,
        source=f"{inspect.getsourcefile(function)}:{function.__code__.co_firstlineno}",
    )


def _parameters(pattern: str) -> Iterator[Parameter]:
    for match in _PARAMETER.finditer(pattern):
        yield Parameter(name=match[1], kind={None: "text", "d": "number"}.get(match[2], match[2] or "text"))
