"""Expressions of match conditions and admission policies, in CEL, over what admission knows of a write.

Values are untyped: an expression that names an unknown field fails when it is evaluated, not before. Not here: the
variable ``authorizer``, and functions that ``custom_resources.cel_library`` does not have.
Source: k8s.io/apiserver, pkg/admission/plugin/cel.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fakes.apimachinery.schema import GroupVersionResource
from fakes.apiserver.admission.attributes import Attributes
from fakes.kube.admission.reviews import admission_request, versioned
from fakes.kube.custom_resources.cel import CompileError, EvaluationError, translated

__all__ = ["AdmissionExpression", "CompileError", "EvaluationError", "variables_of"]

_NAMES = ("object", "oldObject", "request", "params", "namespaceObject", "variables")


@lru_cache(maxsize=1)
def _environment() -> Any:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings

    from fakes.kube.custom_resources.cel_library import kubernetes_functions

    return cel.NewEnv(
        variables=dict.fromkeys(_NAMES, cel.Type.DYN),
        extensions=[
            ext_strings.ExtStrings(),
            ext_optional.ExtOptional(),
            ext_math.ExtMath(),
            ext_bindings.ExtBindings(),
            ext_encoders.ExtEncoders(),
        ],
        functions=kubernetes_functions(),
    )


class AdmissionExpression:
    """A compiled expression."""

    __slots__ = ("_program", "text")

    def __init__(self, text: str) -> None:
        """Compile.

        Raises:
            CompileError: it does not compile.
        """
        self.text = text
        try:
            self._program = _environment().compile(text)
        except RuntimeError as error:
            message = str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")
            raise CompileError(message) from error

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value of the expression.

        Raises:
            EvaluationError: it has none; the text says so in the server's words.
        """
        from cel_expr_python import cel

        result = self._program.eval(data={**dict.fromkeys(_NAMES), **values})
        if result.type() == cel.Type.ERROR:
            problem = translated(str(result.value()))
            raise EvaluationError(f"expression '{self.text}' resulted in error: {problem}")
        return result.plain_value()


def variables_of(attributes: Attributes, resource: GroupVersionResource) -> dict[str, Any]:
    """What an expression may look at of a write, but for parameters and namespaces."""
    request = admission_request(attributes, resource, "")
    for name in ("uid", "object", "oldObject"):
        request.pop(name, None)
    return {
        "object": versioned(attributes.object, attributes),
        "oldObject": versioned(attributes.old_object, attributes),
        "request": request,
    }
