"""matchConditions: expressions that must all hold before a webhook or policy is asked.

Source: k8s.io/apiserver, pkg/admission/plugin/webhook/matchconditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.schema import GroupVersionResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes
from fakes.kube.admission.expressions import AdmissionExpression, CompileError, EvaluationError, variables_of
from fakes.kube.admission.subject import shown_name

__all__ = ["Conditions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Conditions of one webhook or policy. Those that do not compile are kept as what is wrong with them."""

    expressions: tuple[AdmissionExpression | str, ...]
    ignores_failure: bool

    @classmethod
    def of(cls, conditions: Iterable[Mapping[str, Any]], *, ignores_failure: bool) -> Conditions:
        compiled = tuple(_compiled(str(each.get("expression", ""))) for each in conditions)
        return cls(expressions=compiled, ignores_failure=ignores_failure)

    def hold(
        self, attributes: Attributes, resource: GroupVersionResource, values: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether all hold. One that is false decides, whatever is wrong with others.

        Raises:
            StatusError: 403, one cannot be evaluated and that is not to be ignored.
        """
        if not self.expressions:
            return True
        known = {**variables_of(attributes, resource), **(values or {})}
        errors: list[str] = []
        for expression in self.expressions:
            try:
                if isinstance(expression, str):
                    raise EvaluationError(expression)
                if expression.evaluate(known) is not True:
                    return False
            except EvaluationError as error:
                errors.append(str(error))
        if not errors:
            return True
        if self.ignores_failure:
            return False
        text = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
        name = attributes.name or shown_name(attributes.object or {})
        raise StatusError.forbidden(attributes.resource.group_resource, name, text)


def _compiled(text: str) -> AdmissionExpression | str:
    try:
        return AdmissionExpression(text)
    except CompileError as error:
        return f"compilation error: {error}"
