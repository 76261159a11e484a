"""Expressions over variables that are declared, checked when what holds them is written: whether they compile, and to what.

Types that the interpreter does not have (of patches, versions, the authorizer) are let pass.
Source: k8s.io/apiserver, pkg/admission/plugin/cel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings

from fakes.kube.custom_resources.cel_library import kubernetes_functions
from fakes.kube.custom_resources.cel_types import check_scope
from fakes.kube.custom_resources.structural import Structural

__all__ = ["ANYTHING", "Compiled", "compile_declared", "record", "structural_of"]

ANYTHING = Structural(int_or_string=True)
_ABSENT = re.compile(
    r"undeclared reference to '(Object[\w.]*|JSONPatch|semver|isSemver|major|minor|patch|jsonpatch|escapeKey|sets|group|"
    r"resource|subresource|namespace|name|check|allowed|reason|errored|error|path|serviceAccount|fieldSelector|"
    r"labelSelector|format|named|validate|dns\w+|uuid|date|datetime|byte|base64|encode|decode)'"
)
_WORDS = (
    ("has() argument must be a field selection", "invalid argument to has() macro"),
    ("null_type", "null"),
    ("'\\u003F'", "'?'"),
)
_SHOWN = {"null": "null_type", "timestamp": "timestamp", "duration": "duration"}


class Compiled(NamedTuple):
    """``problem`` says why there is no program; ``type_name`` is empty where the type is not known."""

    problem: str
    type_name: str


def record(*texts: str, **others: Structural) -> Structural:
    """A struct: ``texts`` are the fields that hold texts."""
    return Structural(
        types=("object",), properties={**dict.fromkeys(texts, Structural(types=("string",))), **others}
    )


@lru_cache(maxsize=32)
def _environment(names: tuple[str, ...]) -> Any:
    return cel.NewEnv(
        variables=dict.fromkeys(names, cel.Type.DYN),
        extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional()],
        functions=kubernetes_functions(),
    )


def compile_declared(text: str, scope: Mapping[str, Structural | None]) -> Compiled:
    """Compile; ``scope`` has the schema of every variable, None for one of any type."""
    try:
        program = _environment(tuple(sorted(scope))).compile(text)
    except RuntimeError as error:
        return Compiled(_problem(str(error), text), "")
    known = {name: schema for name, schema in scope.items() if schema is not None}
    checked = check_scope(text, program.serialize(), known)
    if checked.errors:
        return Compiled("compilation failed: " + "\n".join(checked.errors), "")
    found = _type_name(program.return_type().name())
    if found != "dyn":
        return Compiled("", found)
    certain = not any(re.search(rf"\b{name}\b", text) for name in (*known, "authorizer"))
    return Compiled("", checked.type_name or ("dyn" if certain else ""))


def _problem(message: str, text: str) -> str:
    message = message.removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")
    for ours, theirs in _WORDS:
        message = message.replace(ours, theirs)
    errors = [
        _worded(error, text) for error in re.split(r"\n(?=ERROR: )", message) if not _ABSENT.search(error)
    ]
    errors.sort(key=_place)
    return "compilation failed: " + "\n".join(errors) if errors else ""


def _worded(error: str, text: str) -> str:
    """An error in the words of the server, which names the variable and not what is read of it, and the operand."""
    line, column = _place(error)
    if not text:
        return error.replace("<input>:1:1:", "<input>:1:0:")
    if found := re.search(r"undeclared reference to '((\w+)\.[\w.]*)'", error):
        start = column - len(found[1].rpartition(".")[0])
        return _error(text, line, start, f"undeclared reference to '{found[2]}' (in container '')")
    if found := re.search(
        r"no matching overload for '_(?:&&|\|\|)_' applied to '\((?:bool|dyn), ([\w.]+)\)'", error
    ):
        rest = text.split("\n")[line - 1][column + 1 :]
        start = column + 2 + len(rest) - len(rest.lstrip())
        return _error(text, line, start, f"expected type 'bool' but found '{found[1]}'")
    return error


def _error(text: str, line: int, column: int, message: str) -> str:
    source = text.split("\n")[line - 1]
    return f"ERROR: <input>:{line}:{column}: {message}\n | {source}\n | {'.' * (column - 1)}^"


def _place(error: str) -> tuple[int, int]:
    found = re.match(r"ERROR: <input>:(\d+):(\d+): ", error)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _type_name(name: str) -> str:
    name = name.replace("<", "(").replace(">", ")")
    lowered = re.sub(r"[A-Z]+", lambda word: word[0].lower(), name)
    return _SHOWN.get(lowered, lowered)


def structural_of(type_name: str) -> Structural:
    """What is known of a value by the name of its type."""
    names = {"bool": "boolean", "int": "integer", "double": "number", "string": "string"}
    return Structural(types=(names[type_name],)) if type_name in names else ANYTHING
