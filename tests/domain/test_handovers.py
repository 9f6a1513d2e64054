"""Whose a door is, day by day: a handover moves the giver's days and nothing else, and undoing it brings them back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from mapsvc.domain.handovers import Handover, Moves, Return, covered_for, moves, owner_of, takes_back
from mapsvc.domain.shops import Assignment, AssignmentSource, in_force

START = date(2026, 11, 1)
DAYS = 40
PEOPLE = ["陈", "周", "李", "王"]
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
Held = list[Assignment]


def day(n: int) -> date:
    return START + timedelta(days=n)


def id_of(*parts: object) -> str:
    return "|".join(map(str, parts))


def handover(name: str, giver: str, taker: str, first: int, until: int | None) -> Handover:
    return Handover(name, giver, taker, day(first), None if until is None else day(until), None, AT)


def after(held: Held, what: Moves) -> Held:
    cuts = dict(what.cuts)
    return [replace(a, until_day=cuts[a.id]) if a.id in cuts else a for a in held] + list(what.new)


def back(held: Held, what: Return) -> Held:
    ends = dict(what.ends)
    return [replace(a, until_day=ends[a.id]) if a.id in ends else a for a in held if a.id not in what.gone]


def winners(held: Held) -> list[str | None]:
    return [now.worker_id if (now := in_force(held, day(n))) else None for n in range(-5, DAYS)]


def owners(held: Held) -> list[str | None]:
    return [now.worker_id if (now := owner_of(held, day(n))) else None for n in range(-5, DAYS)]


def own(worker: str, source: AssignmentSource = AssignmentSource.ROW, first: int = -100) -> Assignment:
    return Assignment(f"{source}-{worker}-{first}", "s", worker, source, day(first))


def by_hand(held: Held, worker: str, first: int, name: str) -> Held:
    """As a shop is given to somebody by hand: what has no end ends, who stands in goes."""
    ended = [
        replace(a, until_day=max(day(first), a.from_day))
        if a.source is AssignmentSource.COVER and a.until_day and a.until_day > day(first)
        else replace(a, until_day=day(first))
        if a.until_day is None
        else a
        for a in held
    ]
    return [*ended, Assignment(name, "s", worker, AssignmentSource.MANUAL, day(first))]


def by_row(held: Held, worker: str, today: int, name: str) -> Held:
    """As a workbook names another worker today."""
    kept = (AssignmentSource.PATCH, AssignmentSource.COVER)
    ended = [
        replace(a, until_day=max(day(today), a.from_day))
        if a.source not in kept and (a.until_day is None or a.until_day > day(today))
        else a
        for a in held
    ]
    return [*ended, Assignment(name, "s", worker, AssignmentSource.ROW, day(today))]


beginnings = st.builds(
    lambda patch, row: [own(patch, AssignmentSource.PATCH)] * bool(patch) + [own(row)] * bool(row),
    st.sampled_from([*PEOPLE, ""]),
    st.sampled_from([*PEOPLE, ""]),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["hand", "row", "days", "days", "good", "good"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(0, DAYS - 10),
        st.integers(1, 12),
    ),
    max_size=6,
)


@example(
    [],
    [("hand", "陈", "陈", 0, 1), ("hand", "陈", "周", 10, 1), ("hand", "陈", "王", 5, 1), ("good", "陈", "李", 7, 1)],
)
@given(beginnings, steps)
def test_a_handover_moves_the_givers_days_and_only_those(
    held: Held, some: list[tuple[str, str, str, int, int]]
) -> None:
    for i, (kind, giver, taker, first, length) in enumerate(some):
        if kind == "hand":
            held = by_hand(held, taker, first, f"hand {i}")
        elif kind == "row":
            held = by_row(held, taker, first, f"row {i}")
        elif giver != taker:
            until = first + length if kind == "days" else None
            made = handover(f"h{i}", giver, taker, first, until)
            before, owned = winners(held), owners(held)
            held = after(held, moves(held, made, id_of))
            window = [first <= n < (until or DAYS) for n in range(-5, DAYS)]
            expected = [taker if w == giver and inside else w for w, inside in zip(before, window, strict=True)]
            assert winners(held) == expected
            if kind == "days":
                assert owners(held) == owned
            else:
                gone = [taker if w == giver and inside else w for w, inside in zip(owned, window, strict=True)]
                assert owners(held) == gone


@given(beginnings, steps, st.integers(1, 4))
def test_undone_from_the_last_on_every_day_is_as_before(
    held: Held, some: list[tuple[str, str, str, int, int]], how_many: int
) -> None:
    made: list[tuple[Handover, list[str | None], list[str | None]]] = []
    for i, (kind, giver, taker, first, length) in enumerate(some):
        if kind in ("hand", "row"):
            held, made = (by_hand if kind == "hand" else by_row)(held, taker, first, f"{kind} {i}"), []
        elif giver != taker:
            one = handover(f"h{i}", giver, taker, first, first + length if kind == "days" else None)
            made.append((one, winners(held), owners(held)))
            held = after(held, moves(held, one, id_of))
    for one, before, owned in reversed(made[-how_many:]):
        held = back(held, takes_back(held, one, id_of))
        assert (winners(held), owners(held)) == (before, owned)


def test_a_cover_ends_by_itself_and_what_lay_below_keeps_its_reason() -> None:
    held = [own("陈")]
    one = handover("h", "陈", "周", 10, 13)
    covered = after(held, moves(held, one, id_of))
    assert [covered_for(covered, day(n)) for n in (9, 10, 12, 13)] == [None, "陈", "陈", None]
    again = in_force(covered, day(13))
    assert again is not None
    assert (again.worker_id, again.source) == ("陈", AssignmentSource.ROW)


def test_who_stands_in_can_be_covered_too_and_comes_back() -> None:
    held = [own("陈")]
    held = after(held, moves(held, handover("first", "陈", "周", 10, 20), id_of))
    held = after(held, moves(held, handover("second", "周", "李", 12, 14), id_of))
    said = [now.worker_id if (now := in_force(held, day(n))) else None for n in (9, 11, 12, 13, 14, 19, 20)]
    assert said == ["陈", "周", "李", "李", "周", "周", "陈"]
    assert covered_for(held, day(12)) == "陈"


def test_for_good_the_reason_goes_along_so_that_a_new_division_still_moves_the_shop() -> None:
    held = [own("陈", AssignmentSource.PATCH)]
    held = after(held, moves(held, handover("h", "陈", "周", 10, None), id_of))
    now = in_force(held, day(10))
    assert now is not None
    assert (now.worker_id, now.source, now.until_day) == ("周", AssignmentSource.PATCH, None)
    assert [a.until_day for a in held if a.worker_id == "陈"] == [day(10)]
