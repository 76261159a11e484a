"""The audit log of a real kube-apiserver: each request is told of once, a connection when it begins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.drivers.audit_log import AuditLogFile


def _event(number: int, stage: str = "ResponseComplete", **more: Any) -> str:
    return json.dumps(
        {
            "auditID": str(number),
            "stage": stage,
            "user": {"username": "dana"},
            "verb": "get",
            "requestURI": f"/{number}?watch=1",
            "responseStatus": {"code": 101 if stage == "ResponseStarted" else 200},
            **more,
        }
    )


def _paths(log: AuditLogFile) -> list[tuple[str, int]]:
    return [(entry.path, entry.code) for entry in log.entries()]


def test_a_connection_is_told_of_when_it_begins_and_its_end_never(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    log = AuditLogFile(path)
    log.begin()
    assert _paths(log) == []
    path.write_text(
        "\n".join([_event(1, "ResponseStarted"), _event(2), _event(3, "ResponseStarted"), _event(1)])
    )
    assert _paths(log) == [("/1", 101), ("/2", 200), ("/3", 101)]
    log.begin()
    with path.open("a") as file:
        file.write("\n" + "\n".join([_event(3), _event(4)]))
    assert _paths(log) == [("/4", 200)]


def test_who_is_ignored_and_a_line_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_text("\n".join([_event(1, user={"username": "us"}), _event(2), _event(3)[:20]]))
    assert _paths(AuditLogFile(path, ignored=["us"])) == [("/2", 200)]
