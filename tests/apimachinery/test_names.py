"""Sources of names: reproducible, and apart from each other."""

from __future__ import annotations

import pytest

from fakes.apimachinery.names import Names


def test_a_branch_does_not_depend_on_what_was_drawn_from_its_source() -> None:
    fresh, used = Names(7), Names(7)
    used.uid()
    assert fresh.branch("sessions").uint64() == used.branch("sessions").uint64()


@pytest.mark.parametrize("seed", [0, 7, "a", None])
def test_branches_differ_from_each_other_and_from_their_source(seed: int | str | None) -> None:
    names = Names(seed)
    assert len({names.uint64(), names.branch("sessions").uint64(), names.branch("faults").uint64()}) == 3


def test_a_copy_that_goes_on_has_the_same_branches() -> None:
    names = Names(7)
    names.uid()
    copy = Names(7)
    copy.resume(names.state())
    assert copy.uid() == names.uid()
    assert copy.branch("x").bytes(8) == names.branch("x").bytes(8)
