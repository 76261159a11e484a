"""Telling the model of the operator, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fakes.mirrord.server import OperatorAPIServer
from harness.cluster import NotHereError, OperatorSettings
from harness.drivers.operator_settings import model_settings
from harness.drivers.session_starting import check_settings

__all__ = ["ModelOperator"]

T = TypeVar("T")


class ModelOperator:
    """Implements ``harness.operators.Operator``.

    Args:
        call: runs a function where the operator lives.
        lasting: its clients are mirrord's, which come back by themselves to an operator that is away for a while.
    """

    def __init__(
        self, operator: OperatorAPIServer, call: Callable[[Callable[[], Any]], Any], *, lasting: bool = False
    ) -> None:
        self._operator = operator
        self._call = call
        self._lasting = lasting

    def configure(self, settings: OperatorSettings) -> None:
        if self._lasting:
            check_settings(settings)
        operator = self._operator
        self._call(lambda: operator.reconfigure(model_settings(settings, operator.sessions.settings)))

    def fail(self) -> None:
        self._check()
        self._call(self._operator.fail)

    def replace(self) -> None:
        self._check()
        self._call(self._operator.replace)

    def _check(self) -> None:
        if self._lasting:
            raise NotHereError("mirrord comes back by itself to an operator that has been away")

    def warnings(self) -> Sequence[str]:
        found: Sequence[str] = self._call(self._operator.sessions.settings.startup_warnings)
        return found
