"""The first definition to claim a name has it; conditions tell the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.kube.custom_resources.naming import accepted_status, is_established, terminating_status

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def definition(group: str = "g.io", **names: Any) -> dict[str, Any]:
    full = {"plural": "twos", "singular": "two", "kind": "Two", "listKind": "TwoList"} | names
    crd: dict[str, Any] = {
        "metadata": {"name": f"{full['plural']}.{group}"},
        "spec": {"group": group, "names": full},
    }
    return crd


def accepted(crd: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    return crd | {"status": accepted_status(crd, others, NOW)}


ONE = accepted(definition(plural="ones", singular="one", kind="One", listKind="OneList"))


def summary(crd: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (each["type"], each["status"], each["reason"], each["message"])
        for each in crd["status"]["conditions"]
    ]


def test_names_without_conflict_are_accepted_and_established() -> None:
    crd = accepted(definition(), ONE)
    assert crd["status"]["acceptedNames"] == crd["spec"]["names"]
    assert summary(crd) == [
        ("NamesAccepted", "True", "NoConflicts", "no conflicts found"),
        ("Established", "True", "InitialNamesAccepted", "the initial names have been accepted"),
    ]


@pytest.mark.parametrize(
    ("names", "reason", "message"),
    [
        ({"plural": "one"}, "PluralConflict", '"one" is already in use'),
        ({"singular": "ones"}, "SingularConflict", '"ones" is already in use'),
        (
            {"shortNames": ["one", "x", "ones"]},
            "ShortNamesConflict",
            '["one" is already in use, "ones" is already in use]',
        ),
        ({"kind": "One"}, "KindConflict", '"One" is already in use'),
        ({"kind": "One", "listKind": "OneList"}, "ListKindConflict", '"OneList" is already in use'),
    ],
)
def test_a_conflict_is_named(names: dict[str, Any], reason: str, message: str) -> None:
    crd = accepted(definition(**names), ONE)
    assert summary(crd) == [
        ("NamesAccepted", "False", reason, message),
        ("Established", "False", "NotAccepted", "not all names are accepted"),
    ]
    assert not is_established(crd)


def test_names_of_other_groups_do_not_matter() -> None:
    assert is_established(accepted(definition("other.io", kind="One"), ONE))


def test_names_are_free_again_when_their_owner_is_gone() -> None:
    crd = accepted(definition(kind="One"), ONE)
    assert is_established(accepted(crd))


def test_a_condition_keeps_its_time_while_its_status_does() -> None:
    crd = accepted(definition())
    again = accepted_status(crd, (), NOW + timedelta(hours=1))
    assert again == crd["status"]


def test_a_deletion_is_told_in_steps() -> None:
    crd = accepted(definition())
    crd = crd | {"status": terminating_status(crd, "InstanceDeletionPending", NOW)}
    crd = crd | {"status": terminating_status(crd, "InstanceDeletionCompleted", NOW)}
    assert summary(crd)[-1] == ("Terminating", "False", "InstanceDeletionCompleted", "removed all instances")
