"""What ``kubectl get`` shows of the operator's resources.

The product's columns are not known; these are *assumed*, made of what its own status command shows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fakes.apimachinery.duration import age
from fakes.apimachinery.table import NAME, ColumnDefinition

__all__ = ["CopyTargetTable", "OperatorTable", "SessionTable", "TargetTable"]

Object = dict[str, Any]


class SessionTable:
    """A session by its id: what it impersonates, whose it is, its ports and its age."""

    columns = (
        NAME,
        ColumnDefinition(name="Target", description="What the session impersonates."),
        ColumnDefinition(name="User", description="Who runs it, and where."),
        ColumnDefinition(name="Ports", description="The ports that it steals or mirrors."),
        ColumnDefinition(name="Age", description="How long it has lasted."),
        ColumnDefinition(name="Key", description="The key that its user gave it.", priority=1),
    )

    def cells(self, obj: Object, now: datetime) -> list[Any]:
        info = obj["spec"]["session"]
        return [
            obj["metadata"]["name"],
            info["target"],
            info["user"],
            ",".join(_port(port) for port in info["locked_ports"] or ()),
            age(obj["metadata"].get("creationTimestamp"), now),
            info.get("key") or "",
        ]


def _port(port: Any) -> str:
    number, kind = (port["port"], port["kind"]) if isinstance(port, dict) else port[:2]
    return f"{number}/{kind}"


class OperatorTable:
    """The operator: its version, its license and how many sessions there are."""

    columns = (
        NAME,
        ColumnDefinition(name="Version", description="The version of the operator."),
        ColumnDefinition(name="Organization", description="Whom the license is for."),
        ColumnDefinition(name="Expires", description="The last day of the license."),
        ColumnDefinition(name="Sessions", type="integer", description="How many sessions there are."),
    )

    def cells(self, obj: Object, now: datetime) -> list[Any]:
        spec = obj["spec"]
        license_, sessions = spec["license"], obj["status"]["sessions"]
        return [
            obj["metadata"]["name"], spec["operator_version"], license_["organization"], license_["expire_at"],
            len(sessions),
        ]  # fmt: skip


class TargetTable:
    """A target: its name only, which says all."""

    columns = (NAME,)

    def cells(self, obj: Object, now: datetime) -> list[Any]:
        return [obj["metadata"]["name"]]


class CopyTargetTable:
    """A copied target: whose session made it, and whether it can be used."""

    columns = (
        NAME,
        ColumnDefinition(name="Phase", description="Whether the copy can be used."),
        ColumnDefinition(
            name="Scale Down", type="boolean", description="Whether the original is scaled down."
        ),
        ColumnDefinition(name="User", description="Who asked for it."),
    )

    def cells(self, obj: Object, now: datetime) -> list[Any]:
        status = obj.get("status") or {}
        return [
            obj["metadata"]["name"], status.get("phase", ""), obj["spec"]["scale_down"],
            (status.get("creator_session") or {}).get("user", ""),
        ]  # fmt: skip
