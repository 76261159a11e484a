"""Which requirements a run is about, and which scenarios prove them: what is required comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING

from harness.conformance.document import Level
from harness.conformance.requirements import TAG_PREFIX, Requirement

if TYPE_CHECKING:
    from harness.running.features import Case

__all__ = [
    "ALL",
    "LEVELS",
    "PROFILES",
    "Profile",
    "fingerprint",
    "level_of",
    "profile_of",
    "proven_by",
    "selected",
]

LEVELS: tuple[Level, ...] = ("required", "extended", "provisional")
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The requirements whose ids begin with one of the prefixes."""

    name: str
    summary: str
    prefixes: tuple[str, ...]


PROFILES = (
    Profile(
        name="sessions",
        summary="Sessions come and go with their clients, are stored, and kubectl sees them",
        prefixes=("SESS", "STOR", "KUBE"),
    ),
    Profile(name="rbac", summary="Who may see and end what", prefixes=("RBAC",)),
    Profile(name="ports", summary="Ports that sessions steal and mirror", prefixes=("PORT",)),
    Profile(name="status", summary="What the commands show of the operator", prefixes=("STAT", "LIST")),
    Profile(name="kill", summary="Ending one session, many or all", prefixes=("KILL",)),
    Profile(name="targets", summary="What a session may have as its target", prefixes=("TARG", "COPY")),
    Profile(
        name="traffic", summary="Who gets a request, as mirrord.json asks for it", prefixes=("TRAF", "CONF")
    ),
    Profile(name="policies", summary="What policies, profiles and seats allow", prefixes=("POLI", "SEAT")),
    Profile(name="compatibility", summary="Operators of other versions", prefixes=("COMP",)),
)


def profile_of(requirement_id: str) -> str:
    """The name of the profile that a requirement belongs to."""
    prefix = requirement_id.partition("-")[0]
    return next((profile.name for profile in PROFILES if prefix in profile.prefixes), "other")


def selected(catalogue: Sequence[Requirement], profile: str) -> list[Requirement]:
    return [each for each in catalogue if profile in (ALL, profile_of(each.id))]


def proven_by(tags: Iterable[str]) -> list[str]:
    """The ids of the requirements that a scenario with these tags proves."""
    return sorted(tag.removeprefix(TAG_PREFIX) for tag in tags if tag.startswith(TAG_PREFIX))


def level_of(tags: Iterable[str], wanted: Mapping[str, Requirement]) -> Level | None:
    """The level that a scenario is run at: the strictest of what it proves. None if it proves nothing that is wanted."""
    tags = list(tags)
    levels = [wanted[each].level for each in proven_by(tags) if each in wanted]
    if not levels:
        return None
    return "provisional" if "provisional" in tags else min(levels, key=LEVELS.index)


def fingerprint(case: Case) -> str:
    """A hash of all that is written in a scenario: names, steps, doc strings, tables, tags."""
    rendered = case.template.render(case.example)
    steps = [[step.keyword, step.name, step.docstring, _table(step)] for step in rendered.steps]
    written = [rendered.feature.name, case.name, sorted(case.tags), steps]
    return f"sha256:{sha256(dumps(written).encode()).hexdigest()}"


def _table(step: object) -> list[list[str]] | None:
    table = getattr(step, "datatable", None)
    return table.raw() if table is not None else None
