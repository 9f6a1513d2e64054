"""What becomes of a council: held, agreed upon, signed, given up; and what of it is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mapsvc.domain.councils import COUNCIL_STATE_NAMES, AgreedItem, Council, CouncilState, Party
from mapsvc.domain.tasks import MOST_FEN, MOST_TEXT, moment_text
from mapsvc.domain.ways_out import WayOut
from mapsvc.errors import Conflict, FieldProblem, Refused

LEAST_PARTIES = 2
MOST_PARTIES, MOST_ITEMS = 12, 20
MOST_NAME = 60
MOST_WORDS = 2000

_MINUTES = (CouncilState.PLANNED, CouncilState.HELD, CouncilState.AGREED)
_OPEN_FOR_AGREEMENT = (CouncilState.HELD, CouncilState.AGREED)


def require_time(held_at: datetime, since: datetime) -> None:
    """Raise Refused if a council would be before its case was reported."""
    if held_at < since:
        told = f"议事会的时间不能早于{moment_text(since)}（上报时间），请改时间。"
        raise Refused(told, field="held_at", code="before_report")


def require_parties(parties: Sequence[tuple[str, str]], least: int = 1) -> None:
    """Raise Refused, beside the row, unless these (name, claim and offer) can be parties."""
    found = []
    named = [name.strip() for name, _ in parties if name.strip()]
    for n, (name, said) in enumerate(parties):
        if said.strip() and not name.strip():
            found.append(FieldProblem(f"parties.{n}.name", "no_name", "请写这一方是谁，例如201室。"))
        if len(name) > MOST_NAME:
            found.append(FieldProblem(f"parties.{n}.name", "too_long", f"名字最多写{MOST_NAME}个字。"))
    if len(named) < least:
        found.append(FieldProblem("parties", "no_parties", f"请至少写上{least}方。"))
    if len(named) > MOST_PARTIES:
        found.append(FieldProblem("parties", "too_many", f"一次议事会最多{MOST_PARTIES}方，请分开谈。"))
    _refuse(found)


def hold(council: Council, at: datetime, now: datetime) -> Council:
    """The council, held at `at`.

    Raises
    ------
    Conflict
        If it failed already.
    Refused
        If it would be later than now.
    """
    _require_state(council, _MINUTES, "改记录")
    if at > now:
        raise Refused("会还没到时间，开过了再记；要改时间请改约。", field="held_at", code="in_future")
    state = CouncilState.HELD if council.state is CouncilState.PLANNED else council.state
    return replace(council, held_at=at, state=state)


def agree(
    council: Council, parties: Sequence[Party], items: Sequence[AgreedItem | None], at: datetime, now: datetime
) -> Council:
    """The council, agreed upon `items` (None: a row left empty) at `at`.

    Raises
    ------
    Conflict
        If it was not held yet, or failed.
    Refused
        Fewer than two parties present, no item, a party that is none of the council's, an amount below zero, a time
        that cannot be; each beside its field.
    """
    _require_state(council, _OPEN_FOR_AGREEMENT, "记协议")
    found = _problems_of_agreement(council, parties, items)
    if at > now:
        found.append(FieldProblem("agreed_at", "in_future", "议定的时间不能晚于现在，请改时间。"))
    elif at < council.held_at:
        told = f"议定的时间不能早于开会（{moment_text(council.held_at)}），请改时间。"
        found.append(FieldProblem("agreed_at", "before_meeting", told))
    _refuse(found)
    return replace(council, state=CouncilState.AGREED, agreed_at=council.agreed_at or at)


def _problems_of_agreement(
    council: Council, parties: Sequence[Party], items: Sequence[AgreedItem | None]
) -> list[FieldProblem]:
    found = []
    if sum(1 for p in parties if p.is_present) < LEAST_PARTIES:
        told = f"协议至少要有{LEAST_PARTIES}方到场，请先在会议记录里勾上到场的各方。"
        found.append(FieldProblem("parties", "no_parties", told))
    if not any(items):
        found.append(FieldProblem("items", "no_items", "请至少写一条谁做什么。"))
    if len(items) > MOST_ITEMS:
        found.append(FieldProblem("items", "too_many", f"一份协议最多{MOST_ITEMS}条，请合并几条。"))
    known = {p.id for p in parties}
    for n, item in enumerate(items):
        if item is not None:
            found += [replace(p, field=f"items.{n}.{p.field}") for p in _problems_of_item(council, item, known)]
    return found


def _problems_of_item(council: Council, item: AgreedItem, known: set[str]) -> list[FieldProblem]:
    found = []
    if item.party_id not in known:
        found.append(FieldProblem("party", "unknown_party", "请选由哪一方来做。"))
    if not item.what.strip():
        found.append(FieldProblem("what", "no_text", "请写做什么。"))
    elif len(item.what) > MOST_TEXT:
        found.append(FieldProblem("what", "too_long", f"每条最多写{MOST_TEXT}个字。"))
    if item.amount_fen is not None and item.amount_fen < 0:
        found.append(FieldProblem("amount", "negative", "金额不能小于0元，请改金额。"))
    elif item.amount_fen is not None and item.amount_fen > MOST_FEN:
        found.append(FieldProblem("amount", "too_much", "金额太大了，请核对是不是多打了几个0。"))
    if item.due_at is not None and item.due_at < council.held_at:
        told = f"期限不能早于开会（{moment_text(council.held_at)}），请改期限。"
        found.append(FieldProblem("due_at", "before_meeting", told))
    return found


def sign(council: Council, party: Party, at: datetime, now: datetime) -> Party:
    """The party, who signed the paper at `at`.

    Raises
    ------
    Conflict
        If there is no agreement.
    Refused
        A time before the agreement or after now.
    """
    _require_state(council, (CouncilState.AGREED,), "记签字")
    field = f"signed.{party.id}"
    if at > now:
        raise Refused("签字的时间不能晚于现在，请改时间。", field=field, code="in_future")
    since = council.agreed_at or council.held_at
    if at < since:
        told = f"签字的时间不能早于议定（{moment_text(since)}），请改时间。"
        raise Refused(told, field=field, code="before_agreement")
    return replace(party, signed_at=at)


def fail(council: Council, way_out: WayOut) -> Council:
    """The council, without agreement; raises Conflict unless it was held and nothing is agreed."""
    _require_state(council, (CouncilState.HELD,), "转出去")
    return replace(council, state=CouncilState.FAILED, way_out=way_out)


def require_planned(council: Council) -> None:
    """Raise Conflict unless the meeting is still to come: one that was held cannot be called off."""
    _require_state(council, (CouncilState.PLANNED,), "取消")


def require_failed(council: Council) -> None:
    """Raise Conflict unless the matter was handed on."""
    _require_state(council, (CouncilState.FAILED,), "记转出去的结果")


def claims_text(parties: Sequence[Party]) -> str | None:
    """What each side asked for, in a line as the workbook has it."""
    said = [f"{p.label}：{p.claim}" for p in parties if p.claim]
    return "；".join(said) or None


def attendees_text(parties: Sequence[Party]) -> str | None:
    """Who was there, in a line as the workbook has it; of a meeting to come who is invited."""
    present = [p.label for p in parties if p.is_present]
    return "、".join(present or [p.label for p in parties]) or None


def _require_state(council: Council, states: Sequence[CouncilState], what: str) -> None:
    if council.state in states:
        return
    if council.state is None:
        raise Conflict(f"这次议事会是从台账导入的，不能{what}，请在台账里改。", code="imported")
    here = COUNCIL_STATE_NAMES[council.state]
    wanted = "或".join(COUNCIL_STATE_NAMES[s] for s in states)
    raise Conflict(f"这次议事会现在是“{here}”，“{wanted}”时才能{what}。", code="illegal_move")


def _refuse(found: Sequence[FieldProblem]) -> None:
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=list(found))
