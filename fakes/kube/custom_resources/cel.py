"""Expressions in CEL over an object: compiled once, with the errors of a v1.36.2 server.

Not the same: costs are neither estimated nor limited, strings with the format of a time or duration stay strings in the
variables of comprehensions, and lists of type ``set`` or ``map`` compare in order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

from fakes.kube.custom_resources.cel_library import kubernetes_functions
from fakes.kube.custom_resources.cel_types import SelfType, check_types

__all__ = ["CompileError", "EvaluationError", "Expression", "translated"]

_ERRORS = (
    (re.compile(r'NOT_FOUND: Key not found in map : "?([^"]*)"?'), r"no such key: \1"),
    (re.compile(r"UNKNOWN: Index error: index=(-?\d+) size=\d+"), r"index out of bounds: \1"),
    (re.compile(r"INVALID_ARGUMENT: divide by zero"), "division by zero"),
    (re.compile(r"INVALID_ARGUMENT: modulus by zero"), "modulus by zero"),
    (re.compile(r"OUT_OF_RANGE: integer overflow"), "integer overflow"),
    (re.compile(r"UNKNOWN: No matching overloads found.*"), "no such overload"),
    (re.compile(r"[A-Z_]+: (.*)"), r"\1"),
)
_WRAPPED = "cel.bind(oldSelf, hasOldSelf ? optional.of(oldValue) : optional.none(), {rule})"


class CompileError(ValueError):
    """An expression that does not compile; the message lists what is wrong and where."""


class EvaluationError(ValueError):
    """An expression that has no value for these objects."""


@lru_cache(maxsize=2)
def _environment(*, binding: bool = False) -> Any:
    """What expressions may use; those of users cannot bind variables."""
    names = ("self", "oldSelf", "oldValue", "hasOldSelf")
    return cel.NewEnv(
        variables=dict.fromkeys(names, cel.Type.DYN),
        extensions=[
            ext_strings.ExtStrings(),
            ext_optional.ExtOptional(),
            *([ext_bindings.ExtBindings()] if binding else []),
        ],
        functions=kubernetes_functions(),
    )


class Expression:
    """A compiled rule or message. ``uses_old`` says that it looks at the object before the change."""

    __slots__ = ("_optional", "_program", "text", "type_name", "uses_old")

    def __init__(
        self, text: str, self_type: SelfType | None = None, *, optional_old: bool = False, strict: bool = True
    ) -> None:
        """Compile; ``self_type`` is what is known of ``self``, None if nothing is checked but the syntax.

        ``strict`` refuses what does not fit that type.

        Raises:
            CompileError: it does not compile.
        """
        self.text = text
        self._optional = optional_old
        program = _compile(text)
        serialized = program.serialize()
        self.uses_old = b"\n\x07oldSelf" in serialized
        self.type_name = program.return_type().name().lower()
        if self_type is not None:
            checked = check_types(text, serialized, self_type, optional_old=optional_old)
            if checked.errors and strict:
                raise CompileError("\n".join(checked.errors))
            if self.type_name == "dyn" and checked.type_name:
                self.type_name = checked.type_name
            if checked.text != text:
                text, program = checked.text, _compile(checked.text)
        wrapped = optional_old and self.uses_old
        self._program = _compile(_WRAPPED.format(rule=text), binding=True) if wrapped else program

    def evaluate(self, value: Any, old: Any, *, has_old: bool) -> Any:
        """The value of the expression.

        Raises:
            EvaluationError: it has none.
        """
        data: dict[str, Any] = {"self": value}
        if self._optional and self.uses_old:
            data |= {"hasOldSelf": has_old, "oldValue": old}
        elif self.uses_old:
            data["oldSelf"] = old
        result = self._program.eval(data=data)
        if result.type() == cel.Type.ERROR:
            raise EvaluationError(translated(str(result.value())))
        return result.plain_value()


def _compile(text: str, *, binding: bool = False) -> Any:
    environment = _environment(binding=binding)
    try:
        return environment.compile(text)
    except RuntimeError as error:
        message = str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")
        message = message.replace(
            "has() argument must be a field selection", "invalid argument to has() macro"
        )
        raise CompileError(_sorted(message)) from error


def _sorted(message: str) -> str:
    """The errors in the order of their places, as the server lists them."""
    errors = re.split(r"\n(?=ERROR: )", message)
    places = [re.match(r"ERROR: <input>:(\d+):(\d+): ", error) for error in errors]
    if not all(places):
        return message
    ranked = sorted(
        (int(place[1]), int(place[2]), position) for position, place in enumerate(places) if place is not None
    )
    return "\n".join(errors[position] for _, _, position in ranked)


def translated(message: str) -> str:
    """An error of the interpreter in the words of the server's."""
    for pattern, replacement in _ERRORS:
        if found := pattern.fullmatch(message):
            return found.expand(replacement)
    return message
