"""What the status of a Job says, as pure functions: conditions, and which indexes are done.

Source: kubernetes, pkg/controller/job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

__all__ = ["INDEX", "condition", "format_indexes", "index_of", "is_finished", "outcome", "parse_indexes"]

Object = dict[str, Any]

INDEX = "batch.kubernetes.io/job-completion-index"
_REACHED = ("CompletionsReached", "Reached expected number of succeeded pods")


def is_finished(job: Mapping[str, Any]) -> bool:
    """Whether a Job is over, one way or the other."""
    conditions = (job.get("status") or {}).get("conditions") or ()
    return any(
        each.get("type") in ("Complete", "Failed") and each.get("status") == "True" for each in conditions
    )


def outcome(
    spec: Mapping[str, Any], *, succeeded: int, failed: int, active: int, overdue: bool
) -> tuple[str, str, str] | None:
    """How a Job with these counts ends: the type of the condition, a reason and a message; None if it goes on."""
    if overdue:
        return "Failed", "DeadlineExceeded", "Job was active longer than specified deadline"
    if failed > spec.get("backoffLimit", 6):
        return "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    completions = spec.get("completions")
    if completions is None and succeeded and not active:
        return "Complete", *_REACHED
    if completions is not None and succeeded >= completions:
        return "Complete", *_REACHED
    return None


def condition(kind: str, status: str, reason: str, message: str, now: str) -> Object:
    return {
        "type": kind, "status": status, "lastProbeTime": now, "lastTransitionTime": now, "reason": reason,
        "message": message,
    }  # fmt: skip


def index_of(pod: Mapping[str, Any]) -> int:
    """The index of a Pod; -1 if it has none."""
    return int((pod["metadata"].get("annotations") or {}).get(INDEX, -1))


def parse_indexes(text: str) -> set[int]:
    """``0-2,5`` as numbers."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def format_indexes(indexes: Iterable[int]) -> str:
    """Numbers as ``0-2,5``; two in a row are written one by one."""
    ordered: Sequence[int] = sorted(indexes)
    breaks = [
        0,
        *(at + 1 for at, (low, high) in enumerate(pairwise(ordered)) if high != low + 1),
        len(ordered),
    ]
    return ",".join(_run(ordered[start:end]) for start, end in pairwise(breaks) if end > start)


def _run(run: Sequence[int]) -> str:
    if len(run) == 1:
        return str(run[0])
    return f"{run[0]},{run[1]}" if len(run) == 2 else f"{run[0]}-{run[-1]}"
