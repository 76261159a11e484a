"""The persistent map and the queue of deadlines against the plain things that they stand for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.mirrord.model import deadlines
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.persistent import PersistentMap

START = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = st.lists(st.tuples(st.integers(0, 600), st.one_of(st.none(), st.integers(0, 3))), max_size=60)


def _is_other(top: SessionId, session: SessionId, _: datetime) -> bool:
    return session != top


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.lists(CHANGES, max_size=4))
def test_a_map_holds_what_a_dict_would_and_never_changes(batches: list[list[tuple[int, int | None]]]) -> None:
    current: PersistentMap[int, int] = PersistentMap()
    plain: dict[int, int] = {}
    history = [(current, dict(plain))]
    for batch in batches:
        draft = current.edit()
        for key, value in batch:
            if value is None:
                assert draft.pop(key) == plain.pop(key, None)
            else:
                draft[key] = value
                plain[key] = value
            assert draft.get(key) == plain.get(key)
        current = draft.finish()
        history.append((current, dict(plain)))
    for version, expected in history:
        assert dict(version.items()) == expected
        assert len(version) == len(expected)
        assert sorted(version) == sorted(expected)


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(st.lists(st.integers(0, 50), max_size=60), st.integers(0, 50))
def test_deadlines_come_in_their_order(seconds: list[int], now: int) -> None:
    heap = None
    for session, second in enumerate(seconds):
        heap = deadlines.push(heap, START + timedelta(seconds=second), SessionId(session))
    due = sorted(session for _, session in deadlines.due(heap, START + timedelta(seconds=now)))
    assert due == [session for session, second in enumerate(seconds) if second <= now]
    popped: list[datetime] = []
    while heap is not None:
        top = heap.session
        popped.append(heap.deadline)
        heap = deadlines.prune(heap, partial(_is_other, top))
    assert popped == sorted(popped)
