"""护卫队路线: rounds of pavement laid out, ended and taken up again; what of them a plan walks along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from mapsvc.domain import rounds as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.demand import reason_points
from mapsvc.domain.patrol import Candidate, Reason, Shift
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.places import Place
from mapsvc.domain.rosters import Roster
from mapsvc.domain.rounds import GuardRound
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.places import find_place
from mapsvc.operations.runs import line_of, pieces
from mapsvc.operations.stretches import Stretches, runs, stretches_of
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, places, rosters, rounds

_STROLL_M_PER_MIN = 66.0
CODE = "round"
"""The reason to walk along a stretch of a round."""
SINGLY = 10
"""Up to so many stretches of rounds are candidates by themselves."""
_CELL = "cell:"


@dataclass(frozen=True)
class NewRound:
    """A round to lay out; `place` is a code, `segments` are names of stretches."""

    id: str
    name: str
    segments: tuple[str, ...]
    shift: Shift
    weekdays: str
    from_day: date | None = None
    until_day: date | None = None
    place: str | None = None
    roster: str | None = None


@dataclass(frozen=True)
class RoundLine:
    """A round in the list: where, how long, at which place, whose slots."""

    round: GuardRound
    where: tuple[str, ...]
    length_m: int
    place: Place | None
    roster: Roster | None
    is_on: bool

    @property
    def minutes(self) -> int:
        """About how long walking along it takes, to five minutes, the ways between left out."""
        return max(5, 5 * round(self.length_m / _STROLL_M_PER_MIN / 5))


def list_rounds(ws: Workspace, actor: Actor) -> tuple[RoundLine, ...]:
    """All of them by name, those in force first.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        found = _lines(ws, conn, rounds.every(conn))
    return tuple(sorted(found, key=lambda line: not line.is_on))


def rounds_on(ws: Workspace, actor: Actor, day: date, shift: Shift) -> tuple[RoundLine, ...]:
    """Those walked in that shift of that day, by name: to be taken into its plan.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return _lines(ws, conn, rounds.on(conn, day, shift))


def get_round(ws: Workspace, actor: Actor, round_id: str) -> RoundLine:
    """One of them. Raises NotFound, Forbidden."""
    require(actor, Action.SEE_MAP)
    with ws.read() as conn:
        return _lines(ws, conn, [find_round(conn, round_id)])[0]


def make_round(ws: Workspace, actor: Actor, new: NewRound) -> tuple[GuardRound, bool]:
    """Lay a round out.

    Returns
    -------
    (GuardRound, bool)
        The round, and whether it is new: the same id again changes nothing.

    Raises
    ------
    NotFound, Forbidden
    Refused
        Beside the fields: no name, no stretch, no weekday, days reversed.
    """
    require(actor, Action.PLAN_PATROL)
    known = stretches_of(ws)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = rounds.by_id(conn, new.id)
        if before is not None:
            return before, False
        made = GuardRound(
            new.id, new.name.strip(), in_order(known, new.segments), new.shift, "".join(sorted(set(new.weekdays))),
            new.from_day or office_day(at), at, new.until_day, find_place(conn, new.place).id if new.place else None,
            _roster(conn, new.roster), actor.person_id,
        )  # fmt: skip
        rules.require_sound(made)
        rounds.add(conn, made)
        audit.append(conn, actor, "make_round", "guard_round", made.id, None, made, at)
    return made, True


def end_round(ws: Workspace, actor: Actor, round_id: str) -> GuardRound:
    """It is not walked any more.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It was ended before.
    """
    return _change(ws, actor, round_id, ends=True)


def resume_round(ws: Workspace, actor: Actor, round_id: str) -> GuardRound:
    """It goes on after all.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        It goes on anyway.
    """
    return _change(ws, actor, round_id, ends=False)


def candidates(
    ws: Workspace, conn: Connection, day: date, shift: Shift, ids: Sequence[str] | None = None
) -> tuple[Candidate, ...]:
    """The stretches of rounds to be walked along, each once, in the order of the streets.

    A few stay by themselves, so that the best way is found whatever it is; more are walked in runs.

    Parameters
    ----------
    ids : sequence of str, optional
        Rounds that are walked, whatever shift they are usually for; unknown and ended ones are left out. Without it
        those that are usually walked in that shift of that day.
    """
    known = stretches_of(ws)
    usual = rounds.on(conn, day, shift) if ids is None else rounds.by_ids(conn, ids).values()
    chosen = [one for one in usual if one.runs(day)]
    names: dict[str, list[str]] = {}
    for one in sorted(chosen, key=lambda r: (r.name, r.id)):
        for segment in one.segments:
            names.setdefault(segment, []).append(one.name)
    ordered = in_order(known, names)
    if len(ordered) <= SINGLY:
        return tuple(_candidate(known, (known.number[segment],), names[segment]) for segment in ordered)

    def goes_on(here: int, there: int) -> bool:
        return known.follows(here, there) and names[known.ids[here]] == names[known.ids[there]]

    whole = runs([known.number[segment] for segment in ordered], goes_on)
    return tuple(_candidate(known, run, names[known.ids[run[0]]]) for each in whole for run in pieces(known, each))


def segments_of(along: Iterable[Candidate]) -> tuple[str, ...]:
    """The stretches of candidates to be walked along, by name."""
    refs = (ref for one in along if one.stretch for ref in (one.ref, *one.also))
    return tuple(dict.fromkeys(ref.removeprefix(_CELL) for ref in refs if ref.startswith(_CELL)))


def with_rounds(wanted: Sequence[Candidate], along: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Both; where something is to be done in a stretch as a whole anyway, the two are one."""
    walked, kept = {one.ref: one for one in along}, []
    stretches = {f"{_CELL}{name}" for name in segments_of(along)}
    for one in wanted:
        own = walked.pop(one.ref, None)
        if own is not None:
            reasons = tuple(sorted((*one.reasons, *own.reasons), key=lambda r: -r.points))
            one = replace(own, reasons=reasons, service_min=one.service_min, must=True, also=one.also)
        elif stretches & {*one.also}:
            # The place keeps a stop of its own; the stretch is walked along beside it.
            one = replace(one, also=tuple(ref for ref in one.also if ref not in stretches))
        kept.append(one)
    apart = {one.ref for one in kept}
    runs_left = (replace(one, also=tuple(ref for ref in one.also if ref not in apart)) for one in walked.values())
    return tuple(sorted((*kept, *runs_left), key=lambda c: c.ref))


def in_order(known: Stretches, segments: Iterable[str]) -> tuple[str, ...]:
    """Names of stretches that there are, each once, in the order of the streets."""
    return tuple(known.ids[i] for i in sorted({known.number[s] for s in segments if s in known.number}))


def _candidate(known: Stretches, run: Sequence[int], names: Sequence[str]) -> Candidate:
    one = known.segments[run[0]]
    lon, lat = known.middle(run[len(run) // 2])
    reason = Reason(CODE, reason_points(CODE, 0), f"护卫队路线：{'、'.join(names)}")
    cells = tuple(f"{_CELL}{known.ids[number]}" for number in run)
    # A run is no stretch: where one stands in its first stretch for a while is a stop of its own.
    ref, also = (cells[0], ()) if len(run) == 1 else (f"round:{known.ids[run[0]]}", cells)
    label = f"{one.label}（{one.side_label}）" if len(run) == 1 else known.run_words(run)
    return Candidate(
        ref, lon, lat, label, (reason,), 0, street=one.street, house_number=known.first_number(run[0]), must=True,
        side=one.side, also=also, stretch=line_of(known, run),
    )  # fmt: skip


def _change(ws: Workspace, actor: Actor, round_id: str, *, ends: bool) -> GuardRound:
    require(actor, Action.PLAN_PATROL)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before = find_round(conn, round_id)
        if (before.ended_at is not None) is ends:
            told = "这条路线已经停了。" if ends else "这条路线本来就在走。"
            raise Conflict(told, field="round", code="ended" if ends else "goes_on")
        after = replace(before, ended_at=at if ends else None)
        rounds.end(conn, round_id, after.ended_at)
        verb = "end_round" if ends else "resume_round"
        audit.append(conn, actor, verb, "guard_round", round_id, before, after, at)
    return after


def _lines(ws: Workspace, conn: Connection, some: Sequence[GuardRound]) -> tuple[RoundLine, ...]:
    known, today = stretches_of(ws), office_day(ws.clock())
    spots = places.by_ids(conn, (one.place_id for one in some))
    teams = {one.roster_id: rosters.by_id(conn, one.roster_id) for one in some if one.roster_id}
    return tuple(
        RoundLine(
            one, known.words(one.segments), round(known.length_m(one.segments)), spots.get(one.place_id or ""),
            teams.get(one.roster_id or ""), one.ended_at is None and (one.until_day is None or today <= one.until_day),
        )
        for one in some
    )  # fmt: skip


def _roster(conn: Connection, roster_id: str | None) -> str | None:
    if not roster_id:
        return None
    if rosters.by_id(conn, roster_id) is None:
        raise NotFound("没有这次排班，请刷新后再选。", field="roster", code="unknown_roster")
    return roster_id


def find_round(conn: Connection, round_id: str) -> GuardRound:
    """The round with this id; raises NotFound."""
    found = rounds.by_id(conn, round_id)
    if found is None:
        raise NotFound("没有这条路线，请刷新后再看。", field="round", code="unknown_round")
    return found
