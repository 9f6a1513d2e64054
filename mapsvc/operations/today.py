"""A worker's day: the doors due in walking order, who covers for whom, the patrol, and what got solved."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc import __version__
from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.shops import Assignment
from mapsvc.domain.times import office_day
from mapsvc.domain.today import Code
from mapsvc.domain.visit_programme import ReturnVisit
from mapsvc.domain.walking import Stop, Stretch, walk
from mapsvc.operations.office import DEMO
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.return_visits import return_visits_on
from mapsvc.operations.silent import tries_for
from mapsvc.operations.street_lines import StreetLine, street_lines
from mapsvc.operations.today_cover import NEWS_DAYS, Away, Cover, away, covered_doors, covering, doors_in_hand
from mapsvc.operations.today_doors import DoorDay, GoingBack, door_day, passing_day, return_day
from mapsvc.operations.today_known import doors_of, gather
from mapsvc.operations.today_news import PatrolToday, Solved, patrol, shifts_over, solved
from mapsvc.operations.today_walks import WalkToday, doors_on, walks_today
from mapsvc.operations.workspace import Workspace
from mapsvc.store import effects, revisions
from mapsvc.store import settings as store_settings
from mapsvc.store import today as store
from mapsvc.store.today import PlaceAt

# A change in any of these may change somebody's day.
_LAYERS = ("shops", "visits", "issues", "needs", "promises", "enquiries", "places", "patrol", "people", "settings",
           "casework", "alerts", "walks", "campaigns", "policies")  # fmt: skip


@dataclass(frozen=True)
class Day:
    """Everything the phone takes along; `own_work` are cases to return to that I put right myself.

    `walks` are my routes of patrols handed out; their doors are among `doors`, mine or not.
    """

    at: datetime
    is_demo: bool
    doors: tuple[DoorDay, ...]
    route: tuple[Stretch, ...]
    covering: tuple[Cover, ...]
    away: tuple[Away, ...]
    patrol: PatrolToday | None
    places: tuple[PlaceAt, ...]
    streets: tuple[StreetLine, ...]
    answers: tuple[PolicyEntry, ...]
    solved: tuple[Solved, ...]
    trades: tuple[str, ...]
    names: Mapping[str, str]
    own_work: frozenset[str] = frozenset()
    walks: tuple[WalkToday, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Doors to walk to today, done or not, how many of them for a return visit, and promises due."""
        due = [found for d in self.doors if (found := d.of_today)]
        returns = [d for d in due if any(r.code is Code.RETURN_VISIT for r in d.reasons)]
        return {"calls": len(due), "return_visits": len(returns), "promises": sum(d.promises_due for d in due)}


def stamp(ws: Workspace, actor: Actor) -> str:
    """Names what `my_day` would say now: equal as long as nothing changed that could change it.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.RECORD_VISIT)
    at = ws.clock()
    with ws.read() as conn:
        numbers = revisions.read(conn)
        changing = [*(numbers.get(layer) for layer in _LAYERS), *store.marks(conn)]
    who = (actor.person_id, actor.name, actor.role.value)
    static = (__version__, ws.folder.resolve(), ws.settings, street_lines(ws))
    key = repr((changing, who, office_day(at), shifts_over(at), static))
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def my_day(ws: Workspace, actor: Actor) -> Day:
    """The day of `actor`: their own doors and those they cover; for who has none an empty one.

    Raises
    ------
    Forbidden
        Those who do not call on doors have no such day.
    """
    require(actor, Action.RECORD_VISIT)
    at, me = ws.clock(), actor.person_id or ""
    day = office_day(at)
    with ws.read() as conn:
        handovers = store.handovers(conn, me, day, day - timedelta(days=NEWS_DAYS))
        assignments = _by_shop(store.assignments(conn, me, day))
        mine = doors_in_hand(assignments, me, day)
        going = return_visits_on(conn, day)
        elsewhere = {one.shop_id for one in going if one.worker_id == me} - mine
        walks = walks_today(conn, ws, actor, at)
        passed = store.shop_ids(conn, doors_on(walks)) - mine - elsewhere
        doors = doors_of(conn, mine | elsewhere | passed)
        known = gather(conn, doors, at)
        covered = covered_doors(handovers, assignments, mine, me, day)
        names = {shop_id: one.from_name for shop_id, one in covered.items()}
        answers = entries_in_force(conn, day)
        tries = tries_for(conn, mine, at, answers)
        back, interval = _going_back(going, me), ws.settings.visit_interval_days
        days = tuple(
            return_day(d, known[d.id], at, answers, back)
            if d.id in elsewhere
            else passing_day(d, known[d.id], at, interval, answers)
            if d.id in passed
            else door_day(d, known[d.id], at, interval, answers, names.get(d.id), back, tries.get(d.id, ()))
            for d in doors
        )
        return Day(
            at, store_settings.get(conn, DEMO) not in ("", "0"), days, walk(_stop(d) for d in days if d.of_today),
            covering(covered, days), away(handovers, me, day), patrol(conn, actor, at), tuple(store.places(conn)),
            street_lines(ws), answers, solved(doors, known, at),
            tuple(store.trades(conn)), _names(conn, days), _own_work(conn, days, me), walks,
        )  # fmt: skip


def _going_back(going: Iterable[ReturnVisit], me: str) -> GoingBack:
    mine = {one.case_id: one.is_another for one in going if one.worker_id == me}
    return GoingBack(mine, frozenset(one.case_id for one in going if one.worker_id not in (me, None)))


def _own_work(conn: Connection, days: Iterable[DoorDay], me: str) -> frozenset[str]:
    handlers = effects.handled_by(conn, [case.case_id for d in days for case in d.returns])
    return frozenset(case_id for case_id, some in handlers.items() if me in some)


def _by_shop(assignments: Iterable[Assignment]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    for one in assignments:
        found.setdefault(one.shop_id, []).append(one)
    return found


def _stop(one: DoorDay) -> Stop:
    door = one.door
    return Stop(
        door.code, door.street or "", door.side or "", door.house_number, door.chainage_m, door.lon, door.lat,
        one.planned.pressing,
    )  # fmt: skip


def _names(conn: Connection, days: Iterable[DoorDay]) -> dict[str, str]:
    return store.names_of(conn, {p.promised_by for d in days for p in d.promises if p.promised_by})
