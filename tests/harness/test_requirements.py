"""Every requirement has a scenario, and every scenario says which it proves."""

from __future__ import annotations

import re
from collections import Counter

from harness.conformance.requirements import TAG_PREFIX, requirements
from harness.running.features import read_feature
from harness.running.session import packaged_features

LEVELS = ("required", "extended", "provisional")


def tags_of_scenarios() -> dict[str, set[str]]:
    """Tags by `file:line` of the scenario. What a cluster does that fails on demand proves nothing of an operator."""
    found: dict[str, set[str]] = {}
    for path in sorted(packaged_features().rglob("*.feature")):
        for case in read_feature(path)[1]:
            if "needs_faults" in case.tags:
                continue
            found[f"{path.name}:{case.line}"] = {tag for tag in case.tags if tag.startswith(TAG_PREFIX)}
    return found


def test_ids_are_unique_and_well_formed() -> None:
    ids = [each.id for each in requirements()]
    assert [each for each, count in Counter(ids).items() if count > 1] == []
    assert [each for each in ids if not re.fullmatch(r"[A-Z]{4}-\d{3}", each)] == []
    assert [each.id for each in requirements() if each.level not in LEVELS] == []


def test_every_requirement_has_a_scenario() -> None:
    proven = set().union(*tags_of_scenarios().values())
    assert [each.id for each in requirements() if each.tag not in proven] == []


def test_every_scenario_proves_a_requirement_that_exists() -> None:
    known = {each.tag for each in requirements()}
    assert {where: tags for where, tags in tags_of_scenarios().items() if not tags or tags - known} == {}
