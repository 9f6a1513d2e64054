"""Who walks to what in which order: a hand moves one stop and leaves the others as they were."""

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.patrol import Lock
from mapsvc.domain.patrol_orders import Orders, locked, put, whose, without

PEOPLE = ("小陈", "小周", "小李")


@st.composite
def orders(draw: st.DrawFn) -> Orders:
    """Some stops shared out among three people."""
    refs = draw(st.lists(st.integers(0, 12).map("shop:LT{:04d}".format), unique=True, min_size=1))
    to = draw(st.lists(st.sampled_from(PEOPLE), min_size=len(refs), max_size=len(refs)))
    return {name: tuple(ref for ref, one in zip(refs, to, strict=True) if one == name) for name in PEOPLE}


@given(orders(), st.sampled_from(PEOPLE), st.integers(-2, 20), st.data())
def test_a_stop_put_somewhere_is_there_once_and_nothing_else_moves(
    before: Orders, worker: str, position: int, data: st.DataObject
) -> None:
    ref = data.draw(st.sampled_from([ref for refs in before.values() for ref in refs] + ["place:PD0001"]))
    after = put(before, ref, worker, position)
    assert whose(after, ref) == worker
    assert sum(refs.count(ref) for refs in after.values()) == 1
    assert without(after, ref) == without(before, ref)
    assert after[worker].index(ref) + 1 == min(max(position, 1), len(after[worker]))


def test_a_stop_is_locked_to_one_person_at_most() -> None:
    locks = locked(locked((), "shop:LT0001", "小陈"), "shop:LT0001", "小周")
    assert locks == (Lock("shop:LT0001", "小周"),)
    assert locked(locks, "shop:LT0001", None) == ()
