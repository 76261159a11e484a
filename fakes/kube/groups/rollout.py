"""Rules of how a workload replaces its Pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.kube.builtin.internal import internal_text
from fakes.kube.groups.rules import int_or_percent, nonnegative, percent_value

__all__ = [
    "not_more_than_all",
    "validate_daemon_set_strategy",
    "validate_deployment_strategy",
    "validate_stateful_set_strategy",
]

Strategy = Mapping[str, Any]


def _amount(value: int | str) -> int:
    percent = percent_value(value)
    if percent is not None:
        return percent
    return value if isinstance(value, int) else 0


def not_more_than_all(value: int | str, path: str) -> list[FieldError]:
    """A percentage of at most 100."""
    percent = percent_value(value)
    if percent is None or percent <= 100:
        return []
    return [FieldError.invalid(path, value, "must not be greater than 100%")]


def validate_deployment_strategy(strategy: Strategy, path: str) -> list[FieldError]:
    """Errors of the strategy of a Deployment."""
    rolling, kind = strategy.get("rollingUpdate"), strategy.get("type")
    match kind:
        case "Recreate":
            if rolling is None:
                return []
            detail = "may not be specified when strategy `type` is 'Recreate'"
            return [FieldError.forbidden(f"{path}.rollingUpdate", detail)]
        case "RollingUpdate":
            return _deployment_rollout(rolling or {}, f"{path}.rollingUpdate")
        case _:
            shown = internal_text("apps.DeploymentStrategy", strategy)
            return [FieldError.not_supported(path, shown, ("Recreate", "RollingUpdate"))]


def _deployment_rollout(rolling: Strategy, path: str) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = int_or_percent(unavailable, f"{path}.maxUnavailable") + int_or_percent(surge, f"{path}.maxSurge")
    if _amount(unavailable) == 0 and _amount(surge) == 0:
        detail = "may not be 0 when `maxSurge` is 0"
        errors.append(FieldError.invalid(f"{path}.maxUnavailable", unavailable, detail))
    return errors + not_more_than_all(unavailable, f"{path}.maxUnavailable")


def validate_daemon_set_strategy(strategy: Strategy, path: str) -> list[FieldError]:
    """Errors of the update strategy of a DaemonSet."""
    rolling, kind = strategy.get("rollingUpdate"), strategy.get("type")
    match kind:
        case "OnDelete":
            return []
        case "RollingUpdate":
            if rolling is None:
                return [FieldError.required(f"{path}.rollingUpdate")]
            return _daemon_set_rollout(rolling, f"{path}.rollingUpdate")
        case _:
            shown = internal_text("apps.DaemonSetUpdateStrategy", strategy)
            return [FieldError.not_supported(path, shown, ("RollingUpdate", "OnDelete"))]


def _daemon_set_rollout(rolling: Strategy, path: str) -> list[FieldError]:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors: list[FieldError] = []
    for check in (int_or_percent, not_more_than_all):
        errors += check(unavailable, f"{path}.maxUnavailable") + check(surge, f"{path}.maxSurge")
    if _amount(unavailable) and _amount(surge):
        errors.append(
            FieldError.invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
        )
    elif not _amount(unavailable) and not _amount(surge):
        errors.append(FieldError.required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return errors


def validate_stateful_set_strategy(strategy: Strategy, path: str) -> list[FieldError]:
    """Errors of the update strategy of a StatefulSet."""
    rolling, kind = strategy.get("rollingUpdate"), strategy.get("type")
    match kind:
        case "OnDelete":
            if rolling is None:
                return []
            detail = "only allowed for updateStrategy 'RollingUpdate'"
            shown = internal_text("apps.RollingUpdateStatefulSetStrategy", rolling)
            return [FieldError.invalid(f"{path}.rollingUpdate", shown, detail)]
        case "RollingUpdate":
            return _stateful_set_rollout(rolling or {}, f"{path}.rollingUpdate")
        case _:
            shown = internal_text("apps.StatefulSetUpdateStrategy", strategy)
            return [FieldError.invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _stateful_set_rollout(rolling: Strategy, path: str) -> list[FieldError]:
    errors = nonnegative(rolling, path, "partition")
    if (unavailable := rolling.get("maxUnavailable")) is not None:
        where = f"{path}.maxUnavailable"
        errors += int_or_percent(unavailable, where)
        if _amount(unavailable) == 0:
            errors.append(FieldError.invalid(where, unavailable, "cannot be 0"))
        errors += not_more_than_all(unavailable, where)
    return errors
