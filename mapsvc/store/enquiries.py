"""Enquiries in the store."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from mapsvc.domain.enquiries import Enquiry, EnquiryStep, ReplyTemplate, StepKind
from mapsvc.store.rows import by_ids as rows_by_ids
from mapsvc.store.tables import card, enquiry, enquiry_step, reply_template

_FIELDS = tuple(f.name for f in fields(Enquiry))
_STEP_FIELDS = tuple(f.name for f in fields(EnquiryStep) if f.name != "kind")
_TEMPLATE_FIELDS = tuple(f.name for f in fields(ReplyTemplate))


def from_row(row: Row[Any]) -> Enquiry:
    """An enquiry from a row of table enquiry."""
    return Enquiry(**{name: getattr(row, name) for name in _FIELDS})


def by_id(conn: Connection, enquiry_id: str) -> Enquiry | None:
    """The enquiry with this id."""
    return by_ids(conn, [enquiry_id]).get(enquiry_id)


def by_ids(conn: Connection, ids: Iterable[str | None]) -> dict[str, Enquiry]:
    """Enquiries by id; unknown ids are left out."""
    return {row.id: from_row(row) for row in rows_by_ids(conn, enquiry, ids)}


def open_of_shop(conn: Connection, shop_id: str, tenancy_id: str | None, limit: int = 20) -> list[Enquiry]:
    """Questions of the present tenancy nobody has answered, newest first."""
    ask = select(enquiry).where(enquiry.c.shop_id == shop_id, _open())
    if tenancy_id:
        ask = ask.where(enquiry.c.tenancy_id == tenancy_id)
    return [from_row(r) for r in conn.execute(ask.order_by(enquiry.c.asked_at.desc(), enquiry.c.id).limit(limit))]


def waiting(conn: Connection) -> list[Enquiry]:
    """Questions that run under a clock and nobody has answered, the first due first."""
    ask = select(enquiry).where(_open(), enquiry.c.due_at.is_not(None)).order_by(enquiry.c.due_at)
    ask = ask.order_by(enquiry.c.asked_at, enquiry.c.id)
    return [from_row(r) for r in conn.execute(ask)]


def over_since(conn: Connection, since: datetime) -> list[Enquiry]:
    """Questions that came in here and were answered or closed since then, the latest first."""
    over_at = func.coalesce(enquiry.c.answered_at, enquiry.c.closed_at)
    ask = select(enquiry).where(enquiry.c.received_at.is_not(None), over_at >= since)
    return [from_row(r) for r in conn.execute(ask.order_by(over_at.desc(), enquiry.c.id))]


def due_between(conn: Connection, since: datetime, until: datetime) -> list[Enquiry]:
    """Questions whose clock ended from `since` to before `until`; imported ones have none."""
    ask = select(enquiry).where(enquiry.c.due_at >= since, enquiry.c.due_at < until)
    return [from_row(r) for r in conn.execute(ask.order_by(enquiry.c.due_at, enquiry.c.id))]


def of_cards(conn: Connection, tenancy_ids: Iterable[str], since: datetime) -> dict[str, list[Enquiry]]:
    """What was asked on the cards of tenancies since then, by tenancy, newest first."""
    wanted = sorted(set(tenancy_ids))
    ask = select(enquiry).where(enquiry.c.card_id.is_not(None), enquiry.c.asked_at >= since)
    found: dict[str, list[Enquiry]] = {}
    for start in range(0, len(wanted), 5_000):
        these = ask.where(enquiry.c.tenancy_id.in_(wanted[start : start + 5_000]))
        for row in conn.execute(these.order_by(enquiry.c.asked_at.desc(), enquiry.c.id)):
            found.setdefault(row.tenancy_id, []).append(from_row(row))
    return found


def asked_on_cards(conn: Connection, ids: Iterable[str]) -> set[str]:
    """Of these enquiries those that were asked on a card's page."""
    return {i for i, one in by_ids(conn, ids).items() if one.card_id is not None}


def forget_contacts(conn: Connection, before: datetime) -> int:
    """Take out names and numbers of enquiries that were over before then; returns how many."""
    over_at = func.coalesce(enquiry.c.answered_at, enquiry.c.closed_at)
    has_contact = or_(enquiry.c.contact_name.is_not(None), enquiry.c.contact_phone.is_not(None))
    ask = update(enquiry).where(over_at < before, has_contact)
    return conn.execute(ask.values(contact_name=None, contact_phone=None)).rowcount


def latest_answered(conn: Connection, tenancy_id: str) -> Enquiry | None:
    """What was answered last to a tenancy on its card's page."""
    ask = select(enquiry).where(enquiry.c.tenancy_id == tenancy_id, enquiry.c.card_id.is_not(None))
    ask = ask.where(enquiry.c.answered_at.is_not(None)).order_by(enquiry.c.answered_at.desc(), enquiry.c.id)
    row = conn.execute(ask.limit(1)).first()
    return from_row(row) if row else None


def tenancy_of_card(conn: Connection, card_id: str) -> tuple[str, str] | None:
    """(tenancy id, shop id) of a card, dead or alive."""
    row = conn.execute(select(card.c.tenancy_id, card.c.shop_id).where(card.c.id == card_id)).first()
    return (row.tenancy_id, row.shop_id) if row else None


def add(conn: Connection, new: Enquiry) -> None:
    """Store a new enquiry."""
    add_many(conn, [new])


def add_many(conn: Connection, new: Sequence[Enquiry]) -> None:
    """Store new enquiries."""
    if new:
        conn.execute(insert(enquiry), [asdict(e) for e in new])


def change(conn: Connection, before: Enquiry, after: Enquiry) -> bool:
    """Write an enquiry that was worked on; False if somebody else changed it meanwhile."""
    values = {name: value for name, value in asdict(after).items() if name != "id"}
    same = and_(enquiry.c.id == before.id, enquiry.c.version == before.version)
    return conn.execute(update(enquiry).where(same).values(**values)).rowcount == 1


def add_step(conn: Connection, new: EnquiryStep) -> None:
    """Store something that happened to an enquiry."""
    conn.execute(insert(enquiry_step).values(asdict(new)))


def step_by_id(conn: Connection, step_id: str) -> EnquiryStep | None:
    """The step with this id."""
    row = conn.execute(select(enquiry_step).where(enquiry_step.c.id == step_id)).first()
    return _step(row) if row else None


def steps_of(conn: Connection, enquiry_ids: Iterable[str]) -> dict[str, list[EnquiryStep]]:
    """What happened to enquiries, by enquiry, oldest first."""
    ask = select(enquiry_step).where(enquiry_step.c.enquiry_id.in_(sorted(set(enquiry_ids))))
    found: dict[str, list[EnquiryStep]] = {}
    for row in conn.execute(ask.order_by(enquiry_step.c.n, enquiry_step.c.at, enquiry_step.c.id)):
        found.setdefault(row.enquiry_id, []).append(_step(row))
    return found


def count_of_card(conn: Connection, card_id: str, since: datetime, until: datetime) -> int:
    """How many were asked on a card from `since` to before `until`."""
    ask = select(func.count()).select_from(enquiry).where(enquiry.c.card_id == card_id)
    return int(conn.execute(ask.where(enquiry.c.asked_at >= since, enquiry.c.asked_at < until)).scalar_one())


def templates(conn: Connection) -> list[ReplyTemplate]:
    """常用回复 in use, by title."""
    ask = select(reply_template).where(reply_template.c.retired_at.is_(None))
    return [_template(r) for r in conn.execute(ask.order_by(reply_template.c.title, reply_template.c.id))]


def template_by_id(conn: Connection, template_id: str) -> ReplyTemplate | None:
    """The 常用回复 with this id, in use or not."""
    row = conn.execute(select(reply_template).where(reply_template.c.id == template_id)).first()
    return _template(row) if row else None


def put_template(conn: Connection, one: ReplyTemplate) -> None:
    """Store a 常用回复, new or changed."""
    values = asdict(one)
    same = update(reply_template).where(reply_template.c.id == one.id).values(**values)
    if conn.execute(same).rowcount == 0:
        conn.execute(insert(reply_template).values(**values))


def _template(row: Row[Any]) -> ReplyTemplate:
    return ReplyTemplate(**{name: getattr(row, name) for name in _TEMPLATE_FIELDS})


def _open() -> Any:
    return and_(enquiry.c.answered_at.is_(None), enquiry.c.answer.is_(None), enquiry.c.closed_at.is_(None))


def _step(row: Row[Any]) -> EnquiryStep:
    return EnquiryStep(**{name: getattr(row, name) for name in _STEP_FIELDS}, kind=StepKind(row.kind))
