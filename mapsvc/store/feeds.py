"""Feeds in the store, and what is due for one person or the block."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Subquery, and_, func, insert, or_, select, update

from mapsvc.domain.feeds import Due, Feed
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import day_start, office_day
from mapsvc.store.report_lists import due as due_cases
from mapsvc.store.tables import (
    case_file,
    council,
    feed,
    issue,
    location,
    place,
    promise,
    roster,
    roster_slot,
    shop,
    slot_sign_up,
    task,
    ticket,
)

_SPOT = func.coalesce(place.c.name, location.c.address).label("spot")
_MOST = 500


def by_id(conn: Connection, feed_id: str) -> Feed | None:
    """The feed of a secret's hash, revoked or not."""
    row = conn.execute(select(feed).where(feed.c.id == feed_id)).first()
    return Feed(row.id, row.account_id, row.created_at, row.revoked_at) if row else None


def of_account(conn: Connection, account_id: str) -> Feed | None:
    """The feed of an account that can be read now."""
    ask = select(feed).where(feed.c.account_id == account_id, feed.c.revoked_at.is_(None))
    row = conn.execute(ask.order_by(feed.c.created_at.desc(), feed.c.id)).first()
    return Feed(row.id, row.account_id, row.created_at) if row else None


def add(conn: Connection, new: Feed) -> None:
    """Keep a feed."""
    values = {"id": new.id, "account_id": new.account_id, "created_at": new.created_at}
    conn.execute(insert(feed).values(**values))


def revoke_all(conn: Connection, account_id: str, at: datetime) -> int:
    """Revoke every feed of an account; how many there were."""
    ask = update(feed).where(feed.c.account_id == account_id, feed.c.revoked_at.is_(None)).values(revoked_at=at)
    return int(conn.execute(ask).rowcount)


def promises(conn: Connection, person_id: str, since: datetime) -> list[Due]:
    """What a person promised and has not done."""
    ask = (
        select(promise.c.id, promise.c.due_at, shop.c.code, location.c.address)
        .join(shop, shop.c.id == promise.c.shop_id)
        .join(location, location.c.id == shop.c.location_id)
        .where(promise.c.promised_by == person_id, promise.c.kept_at.is_(None), promise.c.withdrawn_at.is_(None))
        .where(promise.c.due_at >= since)
        .order_by(promise.c.due_at, promise.c.id)
        .limit(_MOST)
    )
    return [
        Due("promise", r.id, r.due_at, f"答应的事到期：{r.address or r.code}", r.address or "", f"/shops/{r.code}")
        for r in conn.execute(ask)
    ]


def tasks(conn: Connection, person_id: str, since: datetime) -> list[Due]:
    """Tasks of a person that are not done."""
    first = _first_issue()
    ask = (
        select(task.c.id, task.c.due_at, task.c.case_id, first.c.kind, _SPOT)
        .outerjoin(first, first.c.case_id == task.c.case_id)
        .outerjoin(location, location.c.id == first.c.location_id)
        .outerjoin(place, place.c.id == first.c.place_id)
        .where(task.c.owner_id == person_id, task.c.done_at.is_(None), task.c.cancelled_at.is_(None))
        .where(task.c.due_at >= since)
        .order_by(task.c.due_at, task.c.id)
        .limit(_MOST)
    )
    found = []
    for r in conn.execute(ask):
        what = f"任务到期：{r.spot or '街区'}{kind_of(r.kind).name if r.kind else ''}"
        found.append(Due("task", r.id, r.due_at, what, r.spot or "", f"/tasks/{r.id}"))
    return found


def returns(conn: Connection, case_ids: list[str]) -> list[Due]:
    """Return visits of these cases."""
    first = _first_issue()
    ask = (
        select(case_file.c.id, case_file.c.return_visit_due_at, first.c.kind, _SPOT)
        .join(first, first.c.case_id == case_file.c.id)
        .join(location, location.c.id == first.c.location_id)
        .outerjoin(place, place.c.id == first.c.place_id)
        .where(case_file.c.id.in_(case_ids), case_file.c.return_visited_at.is_(None))
        .order_by(case_file.c.return_visit_due_at, case_file.c.id)
    )
    rows = conn.execute(ask) if case_ids else ()
    return [
        Due("return", r.id, r.return_visit_due_at, f"回访：{r.spot or ''}{kind_of(r.kind).name}", r.spot or "",
            f"/cases/{r.id}")
        for r in rows
    ]  # fmt: skip


def councils(conn: Connection, since: datetime, person_id: str | None = None) -> list[Due]:
    """Councils that are to be held; of one person those this person mediates or called."""
    first = _first_issue()
    case_id = func.coalesce(council.c.case_id, first.c.case_id)
    ask = (
        select(council.c.id, council.c.held_at, case_id.label("case_id"), council.c.venue, _SPOT)
        .outerjoin(first, or_(first.c.case_id == council.c.case_id, first.c.id == council.c.issue_id))
        .outerjoin(location, location.c.id == first.c.location_id)
        .outerjoin(place, place.c.id == first.c.place_id)
        .where(council.c.state == "planned", council.c.held_at >= since)
        .order_by(council.c.held_at, council.c.id)
        .limit(_MOST)
    )
    if person_id is not None:
        ask = ask.where(or_(council.c.mediator_id == person_id, council.c.made_by == person_id))
    return [
        Due("council", r.id, r.held_at, f"三方议事会：{r.spot or ''}", r.venue or r.spot or "", f"/cases/{r.case_id}")
        for r in conn.execute(ask)
    ]


def shifts(conn: Connection, person_id: str, since: datetime) -> list[Due]:
    """Shifts of the guard team a person signed up for; due when they end."""
    ask = (
        select(roster_slot.c.id, roster_slot.c.day, roster_slot.c.until_hour, roster.c.name, roster.c.meet_at)
        .join(slot_sign_up, slot_sign_up.c.slot_id == roster_slot.c.id)
        .join(roster, roster.c.id == roster_slot.c.roster_id)
        .where(slot_sign_up.c.person_id == person_id, slot_sign_up.c.withdrawn_at.is_(None))
        .where(roster_slot.c.cancelled_at.is_(None), roster_slot.c.day >= office_day(since))
        .order_by(roster_slot.c.day, roster_slot.c.id)
        .limit(_MOST)
    )
    found = []
    for r in conn.execute(ask):
        ends_at = day_start(r.day) + timedelta(hours=r.until_hour)
        found.append(Due("shift", r.id, ends_at, f"文明护卫队：{r.name}", r.meet_at or "", "/me"))
    return found


def deadlines(conn: Connection, since: datetime, until: datetime) -> list[Due]:
    """What runs out in the block: cases and orders of the hotline."""
    found = []
    for c in due_cases(conn, since, until):
        if c.case.due_at is not None:
            what = f"案件到期：{c.where}{kind_of(c.kind).name}"
            found.append(Due("case", c.case.id, c.case.due_at, what, c.where, f"/cases/{c.case.id}"))
    is_open = and_(ticket.c.answered_at.is_(None), ticket.c.returned_at.is_(None), ticket.c.duplicate_of.is_(None))
    ask = select(ticket.c.number, ticket.c.address, ticket.c.due_at).where(
        is_open, ticket.c.is_imported.is_(False), ticket.c.due_at >= since, ticket.c.due_at < until
    )
    rows = conn.execute(ask.order_by(ticket.c.due_at, ticket.c.id).limit(_MOST))
    found += [
        Due("ticket", r.number, r.due_at, f"12345工单到期：{r.number}", r.address or "", f"/tickets/{r.number}")
        for r in rows
    ]
    return found


def _first_issue() -> Subquery:
    """Of each case the report that opened it."""
    return (
        select(issue.c.id, issue.c.case_id, issue.c.kind, issue.c.location_id, issue.c.place_id)
        .where(issue.c.joined_at.is_(None))
        .subquery("first_issue")
    )
