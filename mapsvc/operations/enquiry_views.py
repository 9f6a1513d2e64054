"""The inbox of 咨询 and one enquiry, as each reader may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.desk import due_words
from mapsvc.domain.enquiries import Enquiry, EnquiryStep, ReplyTemplate
from mapsvc.domain.enquiry_moves import may_take_back
from mapsvc.domain.enquiry_reading import may_read, may_turn
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import NOBODY_LEFT, Leavers, mask_phone, may_see, visible_text
from mapsvc.domain.shops import Shop
from mapsvc.domain.times import OFFICE_ZONE, day_start, office_day
from mapsvc.errors import Forbidden
from mapsvc.operations.enquiry_became import Became, became
from mapsvc.operations.enquiry_steps import get, is_picked_up, pending, require_worker
from mapsvc.operations.exchange import state as exchange_state
from mapsvc.operations.workspace import Workspace
from mapsvc.store import enquiries, leavers, people, shops

SURFACE_LATE = timedelta(minutes=30)
LATELY = timedelta(days=14)
"""What was answered longer ago stands in the shop's history alone."""


@dataclass(frozen=True)
class EnquiryLine:
    """An enquiry in a list, as this reader may see it.

    Attributes
    ----------
    door, shop_code, sign : str
        Where it was asked; empty where nobody knows.
    clock : str
        今天17:00前, 超时1天; empty without a clock or once it is over.
    nth : int or None
        Of what its card asked that day, where it is beyond the usual amount.
    referred : EnquiryStep or None
        The 转询 that is still waited for.
    held : tuple of EnquiryLine
        More of the same card on the same day, folded below this one.
    """

    enquiry: Enquiry
    text: str
    answer: str
    door: str = ""
    shop_code: str = ""
    sign: str = ""
    clock: str = ""
    is_late: bool = False
    nth: int | None = None
    referred: EnquiryStep | None = None
    is_reply_due: bool = False
    became: tuple[Became, ...] = ()
    held: tuple["EnquiryLine", ...] = ()


@dataclass(frozen=True)
class Inbox:
    """What waits for an answer and what was answered lately.

    Attributes
    ----------
    open : tuple of EnquiryLine
        Urgent first, then by clock; what was asked beyond the usual amount stands below the first of its card.
    by_topic, by_channel : tuple of (name, how many)
        Of all that is open to this reader, whatever is chosen.
    total, late : int
        Of all that is open to this reader.
    """

    open: tuple[EnquiryLine, ...]
    lately: tuple[EnquiryLine, ...]
    by_topic: tuple[tuple[str, int], ...]
    by_channel: tuple[tuple[str, int], ...]
    total: int
    late: int


@dataclass(frozen=True)
class StepLine:
    """Something that happened, with who did it; nobody for what the merchant said."""

    step: EnquiryStep
    by: str | None
    text: str


@dataclass(frozen=True)
class EnquiryDetail:
    """One enquiry with all that belongs to it.

    Attributes
    ----------
    contact_phone : str or None
        Masked; the whole number is an act of its own.
    worker : str or None
        Who looks after the shop.
    may_answer, may_turn, may_take_back : bool
        What this reader can do with it now.
    is_former : bool
        Who asked runs the shop no longer.
    """

    line: EnquiryLine
    steps: tuple[StepLine, ...]
    templates: tuple[ReplyTemplate, ...]
    contact_name: str | None
    contact_phone: str | None
    may_see_phone: bool
    worker: str | None
    may_answer: bool
    may_turn: bool
    may_take_back: bool
    is_former: bool
    reply: str
    rating_text: str

    @property
    def enquiry(self) -> Enquiry:
        """The enquiry itself."""
        return self.line.enquiry


def inbox(ws: Workspace, actor: Actor, topic: str | None = None, channel: str | None = None) -> Inbox:
    """What is open, and what was answered lately, for this reader.

    Raises
    ------
    Forbidden
    """
    require_reader(actor)
    at = ws.clock()
    with ws.read() as conn:
        lines = _Lines(conn, actor, at)
        waiting = lines.of(enquiries.waiting(conn))
        over = lines.of(enquiries.over_since(conn, at - LATELY))
    wanted = [line for line in waiting if _is_wanted(line.enquiry, topic, channel)]
    lately = [line for line in over if _is_wanted(line.enquiry, topic, channel)]
    return Inbox(
        _folded(wanted),
        tuple(lately),
        _counted((line.enquiry.topic or topics.OTHER for line in waiting), topics.NAMES),
        _counted((line.enquiry.channel or "" for line in waiting), ()),
        len(waiting),
        sum(line.is_late for line in waiting),
    )


def get_enquiry(ws: Workspace, actor: Actor, enquiry_id: str) -> EnquiryDetail:
    """One enquiry.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.LOG_ENQUIRY)
    at = ws.clock()
    with ws.read() as conn:
        one, owner = get(conn, actor, enquiry_id, at)
        lines = _Lines(conn, actor, at)
        line = lines.of([one])[0]
        shop = lines.shops.get(one.shop_id or "")
        steps = enquiries.steps_of(conn, [one.id]).get(one.id, [])
        names = people.by_ids(conn, (s.actor_id for s in steps))
        is_former = one.tenancy_id is not None and (
            shop is None or shop.tenancy is None or shop.tenancy.id != one.tenancy_id
        )
        shown = may_see(actor, owner) and not is_former
        replied = next((s.text or "" for s in reversed(steps) if s.kind.value == "replied"), "")
        return EnquiryDetail(
            line,
            tuple(
                StepLine(s, who.display_name if (who := names.get(s.actor_id or "")) else None, lines.text(one, s.text))
                for s in steps
            ),
            tuple(enquiries.templates(conn)),
            one.contact_name if shown else None,
            mask_phone(one.contact_phone) if shown and one.contact_phone else None,
            shown and one.contact_phone is not None,
            shop.worker.display_name if shop and shop.worker else None,
            _may_answer(actor, one, owner),
            may_turn(actor, one, owner) or _may_answer(actor, one, owner),
            _may_answer(actor, one, owner) and may_take_back(one, at, is_picked_up(conn, one)),
            is_former,
            lines.text(one, replied) if one.is_open else "",
            lines.text(one, one.rating_text),
        )


def line_to_surface(ws: Workspace) -> tuple[str, bool] | None:
    """(what the line to the cards' pages is like, whether questions may be waiting out there); None without one."""
    if not exchange_state.is_configured(ws.settings):
        return None
    with ws.read() as conn:
        good_at = exchange_state.read(conn).last_good_at
    if good_at is None:
        return "卡的页面还没有连上过：店主问的话，连上了才到这里。", True
    said = good_at.astimezone(OFFICE_ZONE)
    is_late = ws.clock() - good_at > max(3 * timedelta(minutes=ws.settings.surface_minutes), SURFACE_LATE)
    when = f"{said.month}月{said.day}日{said:%H:%M}"
    return (f"卡的页面{when}以后没有连上：店主新问的还没到这里。" if is_late else f"卡的页面{when}取过。"), is_late


def require_reader(actor: Actor) -> None:
    """Raise Forbidden unless `actor` reads any enquiries at all."""
    if not may(actor, Action.SEE_ENQUIRIES, actor.person_id):
        raise Forbidden(f"{actor.role_name}看不到咨询，要看请找街区书记。")


def _may_answer(actor: Actor, one: Enquiry, owner: str | None) -> bool:
    try:
        require_worker(actor, one, owner)
    except Forbidden:
        return False
    return True


def _is_wanted(one: Enquiry, topic: str | None, channel: str | None) -> bool:
    return (topic is None or (one.topic or topics.OTHER) == topic) and (channel is None or one.channel == channel)


def _clock_words(one: Enquiry, at: datetime) -> tuple[str, bool]:
    """(今天17:00前, 明天17:00前, 12月1日17:00前, 超时3天; whether it is past)."""
    if not one.is_open or one.due_at is None:
        return "", False
    if one.is_overdue(at):
        return due_words(one.due_at, at)
    days = (office_day(one.due_at) - office_day(at)).days
    due = one.due_at.astimezone(OFFICE_ZONE)
    return f"{('今天', '明天', '后天')[days] if days < 3 else f'{due.month}月{due.day}日'}{due:%H:%M}前", False


def _counted(names: Iterable[str], order: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {name: 0 for name in order}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return tuple((name, n) for name, n in counts.items() if n and name)


def _folded(lines: list[EnquiryLine]) -> tuple[EnquiryLine, ...]:
    """Urgent first, then by clock; what is held stands below the first line of its card and day."""
    ordered = sorted(lines, key=lambda one: (not one.enquiry.is_urgent, not one.is_late))
    heads: dict[tuple[str | None, object], EnquiryLine] = {}
    below: dict[str, list[EnquiryLine]] = {}
    for line in sorted(ordered, key=lambda one: (one.enquiry.is_held, one.enquiry.asked_at)):
        key = (line.enquiry.card_id, office_day(line.enquiry.asked_at))
        head = heads.setdefault(key, line)
        if line.enquiry.is_held and not line.enquiry.is_urgent and head is not line:
            below.setdefault(head.enquiry.id, []).append(line)
    folded = {line.enquiry.id for some in below.values() for line in some}
    return tuple(
        replace(line, held=tuple(below.get(line.enquiry.id, ()))) for line in ordered if line.enquiry.id not in folded
    )


class _Lines:
    """Enquiries as one reader sees them; those that are not for them are left out."""

    def __init__(self, conn: Connection, actor: Actor, at: datetime) -> None:
        self._conn, self._actor, self._at = conn, actor, at
        self.shops: dict[str, Shop] = {}
        self._left: dict[str, Leavers] = {}

    def of(self, some: Iterable[Enquiry]) -> list[EnquiryLine]:
        """Lines of what may be read, in the order given."""
        asked = list(some)
        day = office_day(self._at)
        unknown = {e.shop_id for e in asked if e.shop_id} - self.shops.keys()
        self.shops |= shops.by_ids(self._conn, unknown, day)
        read = [e for e in asked if may_read(self._actor, e, self.owner(e))]
        self._left |= leavers.of_shops(self._conn, sorted({e.shop_id for e in read if e.shop_id}))
        steps = enquiries.steps_of(self._conn, (e.id for e in read))
        turned = became(self._conn, read)
        return [self._line(e, steps, turned) for e in read]

    def owner(self, one: Enquiry) -> str | None:
        """Who looks after its shop."""
        shop = self.shops.get(one.shop_id or "")
        return shop.worker_id if shop else None

    def text(self, one: Enquiry, text: str | None) -> str:
        """Words as this reader may see them."""
        return visible_text(self._actor, text, self.owner(one), self._left.get(one.shop_id or "", NOBODY_LEFT))

    def _line(
        self, one: Enquiry, steps: Mapping[str, list[EnquiryStep]], turned: Mapping[str, tuple[Became, ...]]
    ) -> EnquiryLine:
        shop = self.shops.get(one.shop_id or "")
        clock, is_late = _clock_words(one, self._at)
        asked = pending(steps.get(one.id, [])) if one.is_open else None
        nth = None
        if one.is_held and one.card_id:
            since = day_start(office_day(one.asked_at))
            nth = enquiries.count_of_card(self._conn, one.card_id, since, one.asked_at + timedelta(seconds=1))
        return EnquiryLine(
            one, self.text(one, one.text), self.text(one, one.answer),
            (shop.location.address or shop.code) if shop else "", shop.code if shop else "", shop.name if shop else "",
            clock, is_late, nth, asked, asked is not None and asked.due_at is not None and asked.due_at <= self._at,
            turned.get(one.id, ()),
        )  # fmt: skip
