"""What the store knows of a worker's doors, gathered by one look into each table, without anybody's name or number."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from mapsvc.domain.campaigns import Campaign, CampaignShop
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.needs import Need
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, mask_phones_in
from mapsvc.domain.promises import Promise
from mapsvc.domain.quiet_hours import QuietHours
from mapsvc.domain.tasks import Task
from mapsvc.domain.times import day_start, office_day
from mapsvc.domain.today import StormLook, clipped
from mapsvc.domain.visits import Visit
from mapsvc.operations.history_words import words_of
from mapsvc.operations.storm_views import open_looks
from mapsvc.store import campaigns, leavers, quiet_hours, tasks
from mapsvc.store import today as store
from mapsvc.store.today import CaseAt, Door

Told = TypeVar("Told", Visit, Need, Promise, CaseAt)

HISTORY = 8
_LONGEST_TITLE, _LONGEST_DETAIL = 60, 80
_ASKED_WITHIN = timedelta(days=180)
_PRESENT = "店主"
# A note at more than so many calls and more than one in so many is a formula.
_FORMULA_LEAST, _FORMULA_SHARE = 12, 4


class RunBy(Protocol):
    """A door with who runs it now and since when."""

    @property
    def tenancy_id(self) -> str | None: ...
    @property
    def started_on(self) -> date | None: ...


@dataclass(frozen=True)
class Line:
    """One line of the past."""

    at: datetime
    type: str
    title: str
    detail: str


@dataclass
class Known:
    """What the store knows of a door; texts are fit for a phone that may be lost."""

    visits: list[Visit] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    cases: list[CaseAt] = field(default_factory=list)
    looks: list[Task] = field(default_factory=list)
    storms: list[StormLook] = field(default_factory=list)
    quiet: list[QuietHours] = field(default_factory=list)
    campaigns: list[tuple[Campaign, CampaignShop]] = field(default_factory=list)
    history: list[Line] = field(default_factory=list)
    card: str | None = None


@dataclass(frozen=True)
class Hidden:
    """Takes people out of what was written about a shop: who left it, who runs it now, and any other number."""

    left: Mapping[str, Leavers]
    here: Mapping[str, Leavers]

    def text(self, shop_id: str, text: str) -> str:
        """`text` about that shop without them."""
        without = self.left.get(shop_id, NOBODY_LEFT).hide(text)
        return mask_phones_in(self.here.get(shop_id, NOBODY_LEFT).hide(without, _PRESENT))

    def of(self, told: Told, field_name: str) -> Told:
        """The same visit, need, promise or case, one text of it without them."""
        text = getattr(told, field_name)
        changed: dict[str, Any] = {field_name: self.text(told.shop_id, text)} if text else {}
        return replace(told, **changed) if changed else told


def doors_of(conn: Connection, shop_ids: set[str]) -> list[Door]:
    """These doors by code; a number on a sign is somebody's too."""
    return [
        replace(
            door,
            sign_name=door.sign_name and mask_phones_in(door.sign_name),
            trade=door.trade and mask_phones_in(door.trade),
            address=door.address and mask_phones_in(door.address),
        )
        for door in store.doors(conn, shop_ids)
    ]


def hidden_at(conn: Connection, shop_ids: Collection[str]) -> Hidden:
    """Who is to be taken out of what was written about these shops."""
    here = store.merchants(conn, shop_ids)
    return Hidden(leavers.of_shops(conn, shop_ids), {i: Leavers.of([n], [p]) for i, (n, p) in here.items()})


def gather(conn: Connection, doors: Sequence[Door], at: datetime) -> dict[str, Known]:
    """All that is known of these doors and who runs them now, by shop id."""
    ids = [door.id for door in doors]
    hidden = hidden_at(conn, ids)
    known = {door.id: Known() for door in doors}
    by_id = {door.id: door for door in doors}
    month = at - timedelta(days=30)
    for visit in _without_formulas(store.visits_of(conn, ids)):
        known[visit.shop_id].visits.append(hidden.of(visit, "note"))
    for need in store.needs_of(conn, ids):
        if is_theirs(by_id[need.shop_id], need.tenancy_id, need.voiced_at):
            known[need.shop_id].needs.append(hidden.of(hidden.of(need, "text"), "outcome"))
    for promise in store.promises_of(conn, ids, month):
        if is_theirs(by_id[promise.shop_id], promise.tenancy_id, promise.promised_at):
            known[promise.shop_id].promises.append(hidden.of(promise, "text"))
    for asked in store.enquiries_of(conn, ids, at - _ASKED_WITHIN):
        # What was asked on a card's page is for the secretary and who looks after the door: no phone takes it along.
        if (
            asked.card_id is None
            and asked.shop_id
            and is_theirs(by_id[asked.shop_id], asked.tenancy_id, asked.asked_at)
        ):
            known[asked.shop_id].enquiries.append(asked)
    for case in store.cases_at(conn, ids, month):
        known[case.shop_id].cases.append(hidden.of(case, "description"))
    for look in tasks.looks_at(conn, ids, day_start(office_day(at))):
        known[look.shop_id or ""].looks.append(replace(look, text=hidden.text(look.shop_id or "", look.text)))
    for shop_id, storms in open_looks(conn, ids).items():
        known[shop_id].storms.extend(storms)
    for (shop_id, tenancy_id), token in store.card_tokens(conn, ids).items():
        if by_id[shop_id].tenancy_id == tenancy_id:
            known[shop_id].card = token
    for shop_id, quiet in quiet_hours.of_shops(conn, ids).items():
        known[shop_id].quiet.extend(quiet)
    for campaign, told in running_at(conn, ids, at):
        known[told.shop_id].campaigns.append((campaign, told))
    _add_history(conn, known, hidden)
    return known


def running_at(conn: Connection, shop_ids: Collection[str], at: datetime) -> list[tuple[Campaign, CampaignShop]]:
    """Campaigns that run and their doors here that wait, or were told today; the one that closes first first."""
    running = campaigns.told_on(conn, office_day(at))
    waits = campaigns.waiting(conn, [one.id for one in running], day_start(office_day(at))) if running else []
    return [(one, door) for one in running for door in waits if door.campaign_id == one.id and door.shop_id in shop_ids]


def _without_formulas(visits: Sequence[Visit]) -> list[Visit]:
    """The same calls; a note that stands at every other one says nothing of a door."""
    notes = Counter(v.note for v in visits if v.note)
    most = max(_FORMULA_LEAST, sum(notes.values()) // _FORMULA_SHARE)
    return [replace(v, note=None) if v.note and notes[v.note] > most else v for v in visits]


def is_theirs(door: RunBy, tenancy_id: str | None, at: datetime) -> bool:
    """Whether something belongs to who runs the door now: what earlier people said goes with them."""
    if tenancy_id is not None or door.tenancy_id is None:
        return tenancy_id == door.tenancy_id
    return door.started_on is None or office_day(at) >= door.started_on


def _add_history(conn: Connection, known: dict[str, Known], hidden: Hidden) -> None:
    events = store.last_events(conn, list(known), HISTORY)
    words = words_of(conn, [event for some in events.values() for event in some])
    for shop_id, some in events.items():
        for event in some:
            if (told := words.get(event.id)) is not None:
                title = clipped(hidden.text(shop_id, told.title), _LONGEST_TITLE)
                detail = clipped(hidden.text(shop_id, told.detail), _LONGEST_DETAIL)
                known[shop_id].history.append(Line(event.at, event.type, title, detail))
