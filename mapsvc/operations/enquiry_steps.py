"""Working on an enquiry: answer, take back, close, open anew, pass on to others, note, put right; one act each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import enquiries as rules
from mapsvc.domain import enquiry_moves as moves
from mapsvc.domain import topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.enquiries import Enquiry, EnquiryStep, StepKind
from mapsvc.domain.enquiry_reading import may_read
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.times import office_day, parse_iso, to_second
from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations.clock import next_close, working_days
from mapsvc.operations.enquiries import tell, wordless, write
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, enquiries, events, ids, settings, shops

LONGEST_NOTE, LONGEST_WHOM = 500, 60
SENT_AT = "surface_sent_at"
"""Setting: when a letter was last taken to the public surface."""
Rule = Callable[[Connection, Enquiry, datetime], tuple[Enquiry, EnquiryStep | None]]


@dataclass(frozen=True)
class Referral:
    """转询: who is asked, until when they are to say, and what is asked of them."""

    to_whom: str
    due_at: datetime | None = None
    note: str = ""


def answer(
    ws: Workspace, actor: Actor, enquiry_id: str, text: str, version: int, policy_id: str | None = None
) -> Enquiry:
    """Answer; `policy_id` is the entry whose words it was made of.

    Raises
    ------
    NotFound, Forbidden
    Refused
        No words.
    Conflict
        It was answered or closed before, or somebody else was faster.
    """

    def rule(_: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        after = moves.answer(before, text, policy_id or None, actor.person_id, at)
        return after, step(after, StepKind.ANSWERED, at, actor, after.answer)

    return change(ws, actor, enquiry_id, version, "answer_enquiry", rule, is_told=True)


def take_back(ws: Workspace, actor: Actor, enquiry_id: str, version: int) -> Enquiry:
    """Undo an answer within ten minutes, unless an exchange took it to the merchant's page; raises as `answer`."""

    def rule(conn: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        after = moves.take_back(before, at, is_picked_up(conn, before))
        assert before.answered_at is not None
        events.forget(conn, [before.id], before.answered_at)
        if before.asked_at == before.answered_at:
            tell(conn, actor, after, before.asked_at)
        return after, step(after, StepKind.TAKEN_BACK, at, actor)

    return change(ws, actor, enquiry_id, version, "take_back_answer", rule)


def is_picked_up(conn: Connection, one: Enquiry) -> bool:
    """Whether the merchant's page may show the answer already."""
    if one.answered_at is None or one.card_id is None:
        return False
    sent = settings.get(conn, SENT_AT)
    return sent != "" and parse_iso(sent) >= one.answered_at


def close(ws: Workspace, actor: Actor, enquiry_id: str, reason: str, version: int) -> Enquiry:
    """End it without an answer, for a reason; raises as `answer`."""

    def rule(_: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        after = moves.close(before, reason, at)
        return after, step(after, StepKind.CLOSED, at, actor, _note(reason, "reason"))

    return change(ws, actor, enquiry_id, version, "close_enquiry", rule, is_told=True)


def reopen(ws: Workspace, actor: Actor, enquiry_id: str, reason: str, version: int) -> Enquiry:
    """Open it anew, under a new clock; raises as `answer`."""

    def rule(conn: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        after = moves.reopen(before, next_close(at, working_days(conn)))
        return after, step(after, StepKind.REOPENED, at, actor, _note(reason, "reason") or None)

    return change(ws, actor, enquiry_id, version, "reopen_enquiry", rule, is_told=True)


def refer(ws: Workspace, actor: Actor, enquiry_id: str, new: Referral, version: int) -> Enquiry:
    """转询: ask somebody else; the clock towards the merchant goes on. Raises as `answer`."""

    def rule(_: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        whom = " ".join(new.to_whom.split())
        if not whom or len(whom) > LONGEST_WHOM:
            raise Refused(f"转去问谁，请写明（最多{LONGEST_WHOM}个字）。", field="to_whom", code="whom_missing")
        due_at = to_second(new.due_at) if new.due_at else None
        if due_at is not None and due_at < at:
            raise Refused("要回音的时间已经过了，请往后定。", field="due_at", code="due_past")
        if not before.is_open:
            raise Conflict("这条咨询已经答复或结束了，请刷新后再看。", code="not_open")
        after = replace(before, version=before.version + 1)
        made = step(after, StepKind.REFERRED, at, actor, _note(new.note, "note") or None)
        return after, replace(made, to_whom=whom, due_at=due_at)

    return change(ws, actor, enquiry_id, version, "refer_enquiry", rule)


def log_reply(ws: Workspace, actor: Actor, enquiry_id: str, text: str, version: int) -> Enquiry:
    """What those said who were asked last: kept, to be passed on as the answer. Raises as `answer`."""

    def rule(conn: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        asked = pending(enquiries.steps_of(conn, [before.id]).get(before.id, []))
        if asked is None:
            raise Conflict("没有在等回音的转询。", code="nobody_asked")
        said = text.strip()
        if not said or len(said) > rules.LONGEST_ANSWER:
            raise Refused(
                f"对方怎么说的，请写下来（最多{rules.LONGEST_ANSWER}个字）。", field="text", code="text_missing"
            )
        after = replace(before, version=before.version + 1)
        return after, replace(step(after, StepKind.REPLIED, at, actor, said), to_whom=asked.to_whom)

    return change(ws, actor, enquiry_id, version, "log_reply", rule)


def note(ws: Workspace, actor: Actor, enquiry_id: str, text: str, version: int) -> Enquiry:
    """Write something down for those who work on it; raises as `answer`."""

    def rule(_: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, EnquiryStep]:
        said = _note(text, "text")
        if not said:
            raise Refused("要记什么，请写一句。", field="text", code="text_missing")
        after = replace(before, version=before.version + 1)
        return after, step(after, StepKind.NOTE, at, actor, said)

    return change(ws, actor, enquiry_id, version, "note_enquiry", rule)


def put_right(
    ws: Workspace, actor: Actor, enquiry_id: str, topic: str | None, shop: str | None, version: int
) -> Enquiry:
    """Another topic; a shop for what was logged without one. Raises as `answer`."""

    def rule(conn: Connection, before: Enquiry, at: datetime) -> tuple[Enquiry, None]:
        if topic is not None and topic not in topics.NAMES:
            raise Refused("没有这个主题，请从列出来的里面选。", field="topic", code="unknown_topic")
        after = replace(before, topic=topic or before.topic)
        if shop and before.shop_id is None:
            found = shops.by_code(conn, shop, office_day(at))
            if found is None:
                raise Refused(f"没有编号为{shop[:40]}的商铺，请核对编号。", field="shop", code="unknown_shop")
            after = replace(after, shop_id=found.id, tenancy_id=found.tenancy.id if found.tenancy else None)
            events.forget(conn, [before.id])
            tell(conn, actor, after, after.asked_at)
            if after.answered_at is not None:
                tell(conn, actor, after, after.answered_at)
        return (before if after == before else replace(after, version=before.version + 1)), None

    return change(ws, actor, enquiry_id, version, "put_enquiry_right", rule)


def see_phone(ws: Workspace, actor: Actor, enquiry_id: str) -> str:
    """The number that was left to be rung back on: an act of its own, kept in the audit without the number.

    Raises
    ------
    NotFound, Forbidden
    """
    require(actor, Action.SEE_PERSON, actor.person_id)
    at = to_second(ws.clock())
    with ws.write() as conn:
        found, owner = get(conn, actor, enquiry_id, at)
        # Who logged a chat of no shop has seen the number already.
        if found.made_by is None or found.made_by != actor.person_id:
            require(actor, Action.SEE_PERSON, owner)
        if not found.contact_phone:
            raise NotFound("没有留号码。", code="no_phone")
        audit.append(conn, actor, "see_phone", "enquiry", found.id, after={"reason": "回复咨询"}, at=at)
        return found.contact_phone


def change(
    ws: Workspace, actor: Actor, enquiry_id: str, version: int, act: str, rule: Rule, *, is_told: bool = False
) -> Enquiry:
    """One act on an enquiry by who may answer it; `is_told`: the shop's history says so. Raises as `answer`."""
    require(actor, Action.ANSWER_ENQUIRY, actor.person_id)
    at = to_second(ws.clock())
    with ws.write() as conn:
        before, owner = get(conn, actor, enquiry_id, at)
        require_worker(actor, before, owner)
        require_version(before, version)
        after, made = rule(conn, before, at)
        if after == before:
            return before
        keep(conn, actor, before, after, made, act, at, is_told=is_told)
    return after


def keep(
    conn: Connection,
    actor: Actor,
    before: Enquiry,
    after: Enquiry,
    made: EnquiryStep | None,
    act: str,
    at: datetime,
    *,
    is_told: bool,
) -> None:
    """Write a changed enquiry, what happened to it, the history's line and the audit's."""
    write(conn, before, after)
    if made is not None:
        enquiries.add_step(conn, made)
    if is_told and at != after.asked_at:
        tell(conn, actor, after, at)
    audit.append(conn, actor, act, "enquiry", after.id, wordless(before), wordless(after), at)


def get(conn: Connection, actor: Actor, enquiry_id: str, at: datetime) -> tuple[Enquiry, str | None]:
    """An enquiry that `actor` may read, and who looks after its shop; raises NotFound, Forbidden."""
    found = enquiries.by_id(conn, enquiry_id)
    if found is None:
        raise NotFound("没有这条咨询，可能已经撤回了。", field="enquiry", code="unknown_enquiry")
    owner = owner_of(conn, found.shop_id, at)
    if not may_read(actor, found, owner):
        raise Forbidden("这条咨询只有书记和这家店的包联人看得到。")
    return found, owner


def owner_of(conn: Connection, shop_id: str | None, at: datetime) -> str | None:
    """Who looks after a shop today, in person or standing in."""
    if shop_id is None:
        return None
    worker = shops.workers_of(conn, [shop_id], office_day(at)).get(shop_id)
    return worker.id if worker else None


def require_worker(actor: Actor, one: Enquiry, owner: str | None) -> None:
    """Raise Forbidden unless `actor` may answer it: who logged what has no shop may see it through."""
    is_own = one.shop_id is None and one.made_by is not None and one.made_by == actor.person_id
    if not (is_own and may(actor, Action.ANSWER_ENQUIRY, actor.person_id)):
        require(actor, Action.ANSWER_ENQUIRY, owner)


def require_version(one: Enquiry, version: int) -> None:
    """Raise Conflict if the page showed an older state."""
    if one.version != version:
        raise Conflict("别人刚动过这条咨询。您写的还在，看过现在的情况再点一次。", field="version", code="stale")


def step(one: Enquiry, kind: StepKind, at: datetime, actor: Actor, text: str | None = None) -> EnquiryStep:
    """What happened, with an id that follows from the version it made."""
    return EnquiryStep(
        ids.of("enquiry_step", one.id, kind, one.version), one.id, one.version, kind, at, text, actor_id=actor.person_id
    )


def pending(steps: list[EnquiryStep]) -> EnquiryStep | None:
    """The 转询 that nobody has replied to yet, the latest if there are several."""
    last = next((s for s in reversed(steps) if s.kind in (StepKind.REFERRED, StepKind.REPLIED)), None)
    return last if last is not None and last.kind is StepKind.REFERRED else None


def _note(text: str, field: str) -> str:
    said = mask_phones_in(text.strip())
    if len(said) > LONGEST_NOTE:
        raise Refused(f"最多写{LONGEST_NOTE}个字，请短一些。", field=field, code="too_long")
    return said
