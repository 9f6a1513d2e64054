"""The answer to a caller: composed from what was done in the ticket's case, changed by hand, sent with 办结."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mapsvc.domain import tickets as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import CaseState
from mapsvc.domain.effects import Satisfaction
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.privacy import has_phone, mask_phones_in
from mapsvc.domain.tickets import Ticket, TicketState
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import Refused
from mapsvc.operations import ticket_facts
from mapsvc.operations.ticket_facts import Fact
from mapsvc.operations.ticket_steps import change, held
from mapsvc.operations.workspace import Workspace
from mapsvc.store import contacts, tickets

LONGEST = 2000
MOST_FACTS = 8


@dataclass(frozen=True)
class Closing:
    """What the office sends to the hotline: the answer, and what the caller said of it (None: not asked)."""

    answer: str
    is_solved: bool
    satisfaction: Satisfaction | None = None


def compose(ws: Workspace, actor: Actor, number: str) -> str:
    """An answer in plain words from the facts: what was told, when it was taken up, who came, what was done, how it
    stands. No name of a person and no phone is in it; raises NotFound, Forbidden."""
    require(actor, Action.HANDLE_TICKETS)
    with ws.read() as conn:
        one = held(conn, number)
        facts = ticket_facts.of_case(conn, one.case_id) if one.case_id else []
        state = ticket_facts.state_of(conn, one.case_id) if one.case_id else None
        reached = [a.at for a in contacts.of_ticket(conn, one.id) if a.result.value == "reached"]
        spot = next(iter(tickets.found_by_ids(conn, [one.id]).values())).where
        return mask_phones_in(_written(ws.settings.block_name, one, spot, facts, state, min(reached, default=None)))


def _written(
    block: str, one: Ticket, spot: str, facts: Sequence[Fact], state: CaseState | None, reached: datetime | None
) -> str:
    what = kind_of(one.kind).name if one.kind else "您反映的问题"
    where = f"{spot}" if spot != "没说在哪里" else ""
    parts = [f"您好！您{_day(one.called_at)}来电反映的{where}{what}，{block}已经收到。"]
    if reached:
        parts.append(f"{_day(reached)}已与您取得联系，听您说了情况。")
    if facts:
        parts.append(f"处理经过：{_by_day(facts[:MOST_FACTS])}。")
    else:
        parts.append("我们已安排人员到现场查看，有了结果再回复您。")
    if state is CaseState.CLOSED:
        parts.append("目前这件事已经办结，我们还会再去看一次。")
    elif state is CaseState.SUSPENDED:
        parts.append("目前还有一步要等，等到了马上接着办，并会再告诉您。")
    elif state is not None:
        parts.append("目前仍在办理，有了结果会再告诉您。")
    parts.append("感谢您的来电。")
    return "".join(parts)


def _by_day(facts: Sequence[Fact]) -> str:
    days: dict[str, list[str]] = {}
    for fact in facts:
        days.setdefault(_day(fact.at), []).append(fact.text)
    return "；".join(f"{day}{'，'.join(texts)}" for day, texts in days.items())


def _day(at: datetime) -> str:
    day = at.astimezone(OFFICE_ZONE)
    return f"{day.month}月{day.day}日"


def keep_answer(ws: Workspace, actor: Actor, number: str, answer: str, version: int) -> Ticket:
    """Keep a draft of the answer."""
    told = answer.strip()
    _require_plain(told)
    return change(
        ws, actor, number, version, "draft_answer",
        lambda _, one, __: replace(_answerable(one), answer=told or None, version=one.version + 1),
    )  # fmt: skip


def close_ticket(ws: Workspace, actor: Actor, number: str, new: Closing, version: int) -> Ticket:
    """办结: the answer goes out; tickets merged into this one are answered with it.

    Raises
    ------
    Refused
        Without an answer, with a phone number in it.
    Conflict
        It is not being handled, or somebody was faster.
    """
    told = rules.require_words(new.answer, "answer", "给来电人的答复")
    _require_plain(told)

    def closed(_: Connection, one: Ticket, at: datetime) -> Ticket:
        return replace(rules.move(one, TicketState.ANSWERED), **_answer(told, new, actor, at))

    def with_merged(conn: Connection, done: Ticket) -> None:
        assert done.answered_at is not None
        for found in tickets.merged_into(conn, done.id):
            if found.ticket.is_open:
                values = _answer(told, replace(new, satisfaction=None), actor, done.answered_at)
                tickets.touch(conn, found.ticket, state=TicketState.ANSWERED, **values)

    return change(ws, actor, number, version, "close_ticket", closed, with_merged)


def _answer(told: str, new: Closing, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "answer": told,
        "answered_at": at,
        "answered_by": actor.person_id,
        "is_solved": new.is_solved,
        "satisfaction": new.satisfaction,
    }


def _answerable(one: Ticket) -> Ticket:
    rules.require_move(replace(one, state=TicketState.HANDLING) if one.is_open else one, TicketState.ANSWERED)
    return one


def _require_plain(told: str) -> None:
    if len(told) > LONGEST:
        raise Refused(f"答复最多{LONGEST}个字，现在{len(told)}个字。", field="answer", code="too_long")
    if has_phone(told):
        raise Refused("答复里有电话号码，请删掉再发。", field="answer", code="has_phone")
