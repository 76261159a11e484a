"""A check is repeated as long as something is under way."""

from __future__ import annotations

import pytest

from harness.eventually import eventually


class Busy:
    """Something is under way for as many pauses."""

    def __init__(self, pauses: int) -> None:
        self.left = pauses
        self.taken = 0

    def pause(self) -> bool:
        self.taken += 1
        self.left -= 1
        return self.left >= 0


@pytest.mark.parametrize(("pauses", "needed"), [(0, 0), (3, 2), (3, 3)])
def test_it_passes_when_the_check_does(pauses: int, needed: int) -> None:
    busy = Busy(pauses)

    def check() -> str:
        assert busy.taken >= needed
        return "done"

    assert eventually(busy, check) == "done"
    assert busy.taken == needed


def test_it_fails_with_the_last_mismatch_when_nothing_is_under_way() -> None:
    busy = Busy(2)
    with pytest.raises(AssertionError, match="mismatch 2"):
        eventually(busy, lambda: _mismatch(busy.taken))


def _mismatch(number: int) -> None:
    raise AssertionError(f"mismatch {number}")


def test_it_gives_up_after_so_many_attempts() -> None:
    busy = Busy(1000)
    with pytest.raises(AssertionError, match="mismatch 4"):
        eventually(busy, lambda: _mismatch(busy.taken), attempts=5)
