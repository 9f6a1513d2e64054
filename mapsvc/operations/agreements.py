"""Agreements of councils: items that become tasks, signatures, and the way out where there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import council_moves as rules
from mapsvc.domain.actors import Actor
from mapsvc.domain.councils import TASK_ROLES, AgreedItem, Council, Party
from mapsvc.domain.tasks import TaskOrigin, moment_text, yuan_text
from mapsvc.domain.times import to_second
from mapsvc.domain.ways_out import WAY_OUT_NAMES, WayOut
from mapsvc.errors import Refused
from mapsvc.operations import case_steps
from mapsvc.operations.case_around import Around
from mapsvc.operations.councils import keep, opened, tell
from mapsvc.operations.tasks import NewTask, add_task
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, councils, events, tasks

_AGREED = "达成一致"


@dataclass(frozen=True)
class NewAgreement:
    """What was agreed: `items` (None: a row of the form left empty), when (None: now), who signed the paper when."""

    items: tuple[AgreedItem | None, ...]
    at: datetime | None = None
    signed: Mapping[str, datetime] | None = None


def agree(ws: Workspace, actor: Actor, council_id: str, new: NewAgreement, version: int) -> Council:
    """Write an agreement down, or more items of one; each item becomes a task.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If the council was not held yet or failed, or somebody changed it since `version`.
    Refused
        Fewer than two parties present, no item, amounts below zero, times that cannot be; beside the field.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before, about = opened(conn, actor, council_id, version, now)
        parties = councils.parties(conn, [before.id]).get(before.id, ())
        after = rules.agree(before, parties, new.items, to_second(new.at) if new.at else now, now)
        items = [item for item in new.items if item is not None]
        after = replace(
            after,
            agreement="；".join(filter(None, (before.agreement, *(_item_text(i, parties) for i in items)))),
            fulfil_by=max((d for d in (before.fulfil_by, *(i.due_at for i in items)) if d), default=None),
            result=_AGREED,
        )
        after = keep(conn, actor, "agree", before, after, now)
        known = len(tasks.of_councils(conn, [after.id]).get(after.id, ()))
        for number, item in enumerate(items, start=known + 1):
            _add_item(conn, ws, actor, after, parties, item, number)
        if before.agreed_at is None:
            assert after.agreed_at is not None  # it was agreed just now
            tell(conn, actor, about, after.id, after.agreed_at, "agreement")
        _sign(conn, actor, about, after, parties, new.signed or {}, now)
    return after


def sign(ws: Workspace, actor: Actor, council_id: str, signed: Mapping[str, datetime], version: int) -> Council:
    """Note who signed the paper when, by id of the party; the paper itself stays with the parties.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If there is no agreement, or somebody changed it since `version`.
    Refused
        Nobody, a party that is none of the council's, a time that cannot be.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before, about = opened(conn, actor, council_id, version, now)
        if not signed:
            raise Refused("请填谁签了字、什么时候签的。", field="signed", code="nobody")
        parties = councils.parties(conn, [before.id]).get(before.id, ())
        after = keep(conn, actor, "sign_agreement", before, before, now)
        _sign(conn, actor, about, after, parties, signed, now)
    return after


def hand_on(ws: Workspace, actor: Actor, council_id: str, way_out: WayOut, reason: str, version: int) -> Council:
    """No agreement: the matter goes its way out, and the case's clock stands.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If the council was not held or something is agreed, nobody took the case up yet, or somebody changed it since
        `version`.
    Refused
        Without a reason.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before, about = opened(conn, actor, council_id, version, now)
        if not reason.strip():
            raise Refused("请写为什么没谈拢。", field="reason", code="reason_missing")
        name = WAY_OUT_NAMES[way_out]
        after = replace(rules.fail(before, way_out), result=f"未达成一致，转{name}：{reason.strip()}")
        after = keep(conn, actor, "hand_on_council", before, after, now)
        case_steps.pause(conn, ws, actor, about.case_id, f"议事会没谈拢，转{name}：{reason.strip()}", now)
    return after


def come_back(ws: Workspace, actor: Actor, council_id: str, outcome: str, version: int) -> Council:
    """What became of a matter that was handed on; the case's clock runs again.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it was not handed on, or somebody changed it since `version`.
    Refused
        Without words.
    """
    now = to_second(ws.clock())
    with ws.write() as conn:
        before, about = opened(conn, actor, council_id, version, now)
        rules.require_failed(before)
        if not outcome.strip():
            raise Refused("请写转出去以后是什么结果。", field="outcome", code="no_text")
        name = WAY_OUT_NAMES[before.way_out] if before.way_out else ""
        told = f"{name}有结果：{outcome.strip()}"
        after = keep(conn, actor, "come_back", before, replace(before, result=f"{before.result}；{told}"), now)
        case_steps.resume(conn, ws, actor, about.case_id, told, now)
    return after


def item_text(what: str, amount_fen: int | None, due_at: datetime | None) -> str:
    """赔布料1,860元，10月28日 17:00前."""
    money = yuan_text(amount_fen) if amount_fen else ""
    said = what if money and money in what else f"{what} {money}".strip()
    return f"{said}，{moment_text(due_at)}前" if due_at else said


def _item_text(item: AgreedItem, parties: Sequence[Party]) -> str:
    who = next(p.label for p in parties if p.id == item.party_id)
    return f"{who}：{item_text(item.what.strip(), item.amount_fen, item.due_at)}"


def _add_item(
    conn: Connection,
    ws: Workspace,
    actor: Actor,
    council: Council,
    parties: Sequence[Party],
    item: AgreedItem,
    number: int,
) -> None:
    party = next(p for p in parties if p.id == item.party_id)
    task = NewTask(
        item.what,
        TASK_ROLES[party.role],
        council.case_id,
        council.id,
        party.id,
        origin=TaskOrigin.AGREEMENT,
        step_no=number,
        owner_name=party.label,
        amount_fen=item.amount_fen,
        due_at=item.due_at,
    )
    add_task(conn, ws, actor, task)


def _sign(
    conn: Connection,
    actor: Actor,
    about: Around,
    council: Council,
    parties: Sequence[Party],
    signed: Mapping[str, datetime],
    now: datetime,
) -> None:
    known = {p.id: p for p in parties}
    done = []
    for party_id, at in signed.items():
        if party_id not in known:
            raise Refused("请选是哪一方签的字。", field="signed", code="unknown_party")
        done.append(rules.sign(council, known[party_id], to_second(at), now))
    for party in done:
        councils.replace_party(conn, party)
        audit.append(conn, actor, "sign_agreement", "council_party", party.id, known[party.id], party, now)
    latest = max((p.signed_at for p in done if p.signed_at), default=None)
    if latest is not None and latest != council.agreed_at:
        events.forget(conn, [p.id for p in done])
        tell(conn, actor, about, done[-1].id, latest, "agreement")
