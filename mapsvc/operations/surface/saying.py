"""What a merchant says on the page of their card: put into the outbox once, however often it is sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection

from mapsvc.domain import surface_limits as rules
from mapsvc.domain.enquiries import LONGEST_NAME, LONGEST_PHONE, LONGEST_RATING, LONGEST_TEXT, Rating
from mapsvc.domain.quiet_hours import MOST_TEXT
from mapsvc.domain.surface import LaidCard, QuietLine, Said, SaidKind
from mapsvc.domain.surface_limits import Load
from mapsvc.domain.times import to_second
from mapsvc.domain.visiting_times import VisitingTime, lines_of_code, quiet_lines
from mapsvc.domain.visiting_words import read_words
from mapsvc.errors import FieldProblem, NoSpace, Refused, TooMany
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import counts, facts, outbox, pictures

LONGEST_REPORT = 1000
WHERE = ("here", "near")
_KEPT_S = timedelta(days=1)


@dataclass(frozen=True)
class Speaker:
    """Who says something: a card, the source it comes from (hashed), and the id its form carries."""

    card: LaidCard
    source: str
    form_id: UUID


@dataclass(frozen=True)
class Question:
    """问一声, after the answers at hand did not do."""

    text: str
    topic: str | None = None
    policy_id: str | None = None
    name: str = ""
    phone: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class Report:
    """反映问题; pictures: JPEGs of ours by their SHA-256."""

    kind: str
    text: str
    where: str = "here"
    is_urgent: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def ask(space: Space, who: Speaker, question: Question) -> Said:
    """Ask a person.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    faults = [
        *_text("text", question.text, LONGEST_TEXT, "请写您想问什么。"),
        *_text("name", question.name, LONGEST_NAME),
        *_text("phone", question.phone, LONGEST_PHONE),
    ]
    _raise(faults)
    body = {
        "text": question.text,
        "topic": question.topic,
        "policy": question.policy_id,
        "name": question.name or None,
        "phone": question.phone or None,
        "is_urgent": question.is_urgent,
    }
    return _say(space, who, SaidKind.ASK, body)


def report(space: Space, who: Speaker, told: Report) -> Said:
    """Report something wrong.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    faults = _text("text", told.text, LONGEST_REPORT, "" if told.pictures else "请写一句怎么了，或者附一张照片。")
    with space.read() as conn:
        known = {str(code) for code, _ in facts.get(conn, facts.KINDS) or ()}
    if told.kind not in known:
        faults.append(FieldProblem("kind", "not_a_choice", "请选是哪一类问题；拿不准就选“其他”。"))
    if told.where not in WHERE:
        faults.append(FieldProblem("where", "not_a_choice", "请选在店里还是在附近。"))
    if len(told.pictures) > rules.MOST_PHOTOS:
        faults.append(FieldProblem("photo", "too_many_photos", f"一次最多{rules.MOST_PHOTOS}张照片，请少选几张。"))
    _raise(faults)
    body = {"kind": told.kind, "text": told.text, "where": told.where, "is_urgent": told.is_urgent}
    return _say(space, who, SaidKind.REPORT, body, told.pictures)


def choose_time(space: Space, who: Speaker, chosen: VisitingTime | None) -> Said:
    """Say when it suits; None: at any time. What was said before no longer holds."""
    return _say(space, who, SaidKind.QUIET, _quiet_body(quiet_lines(chosen), ""))


def put_back_times(space: Space, who: Speaker, code: str) -> Said:
    """Say again what held before, as the page wrote it down.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    return _say(space, who, SaidKind.QUIET, _quiet_body(lines_of_code(code), ""))


def say_times(space: Space, who: Speaker, text: str) -> Said:
    """Say in one's own words when it suits; what cannot be read as times goes to a person as a question.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    _raise(_text("words", text, MOST_TEXT, "请写什么时候方便，例如“周三下午不方便”。"))
    lines = read_words(text)
    if lines is None:
        return _say(space, who, SaidKind.ASK, {"text": f"什么时候来方便：{text}", "is_urgent": False})
    return _say(space, who, SaidKind.QUIET, _quiet_body(lines, text))


def choose_topics(space: Space, who: Speaker, topics: Sequence[str]) -> Said:
    """Say of what one wants to be told in time: all that hold from now on.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    with space.read() as conn:
        known = [str(topic) for topic in facts.get(conn, facts.TOPICS) or ()]
    if any(topic not in known for topic in topics):
        raise Refused("请从页面上的几样里选。", field="topics", code="not_a_choice")
    return _say(space, who, SaidKind.TOPICS, {"topics": [topic for topic in known if topic in topics]})


def rate(space: Space, who: Speaker, ref: str, rating: str, text: str) -> Said:
    """Say whether an answer helped.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    _raise(_text("text", text, LONGEST_RATING))
    if not any(matter.ref == ref and matter.can_rate for matter in who.card.matters):
        raise Refused("这件事还没有答复，或者已经评过了。", field="rating", code="not_to_be_rated")
    if rating not in set(Rating):
        raise Refused("请选一个：有用、有点用、没帮上。", field="rating", code="not_a_choice")
    return _say(space, who, SaidKind.RATE, {"ref": ref, "rating": rating, "text": text or None})


def thank(space: Space, who: Speaker, ref: str, text: str) -> Said:
    """Say thank you for one of one's matters.

    Raises
    ------
    Refused, TooMany, NoSpace
    """
    _raise(_text("thanks", text, LONGEST_RATING))
    if not any(matter.ref == ref for matter in who.card.matters):
        raise Refused("没有这件事，请刷新页面再看。", field="thanks", code="unknown_matter")
    return _say(space, who, SaidKind.THANK, {"ref": ref, "text": text or None})


def said_id(who: Speaker, kind: SaidKind, body: Mapping[str, Any]) -> str:
    """The same form with the same words is the same; other words on a page that was gone back to are others."""
    return str(uuid5(who.form_id, f"{who.card.key}/{kind.value}/{json.dumps(body, sort_keys=True)}"))


def _quiet_body(lines: Sequence[QuietLine], text: str) -> dict[str, Any]:
    told = [{"weekday": x.weekday, "from_minute": x.from_minute, "until_minute": x.until_minute} for x in lines]
    return {"lines": told, "text": text or None}


def require_pace(space: Space, who: Speaker, kind: SaidKind) -> None:
    """Raise TooMany before any work is done for something that would not be taken."""
    at = space.clock()
    with space.read() as conn:
        _refuse_fast(conn, who, kind, at)


def _say(
    space: Space, who: Speaker, kind: SaidKind, body: Mapping[str, Any], photos: Mapping[str, bytes] | None = None
) -> Said:
    at, key, said = to_second(space.clock()), who.card.key, said_id(who, kind, body)
    photos = photos or {}
    weight = rules.WEIGHTS[kind]
    with space.write() as conn:
        before, last = outbox.by_id(conn, said), _last_choice(conn, key, kind)
        if last is not None and last.body == body:
            return last
        if before is not None:
            if last is None or last.id == before.id:
                return before
            # Chosen again on a page that was gone back to, after something else was chosen.
            said = str(uuid5(who.form_id, f"{said}/{last.id}"))
        _refuse_fast(conn, who, kind, at)
        today = outbox.count_of_key(conn, key, at - rules.USUAL_WINDOW, rules.kinds_of(weight))
        is_held = rules.is_beyond_usual(today, kind)
        if rules.is_full(_load(conn), sum(len(jpeg) for jpeg in photos.values()), is_held):
            raise NoSpace("这里暂时收不下了，您写的还在页面上。请打座机，或者明天再发。", code="surface_full")
        pictures.keep(conn, photos, at)
        counts.forget_before(conn, at - _KEPT_S)
        counts.add(conn, who.source, weight.value, at, key)
        return outbox.add(conn, Said(said, key, kind, body, at, tuple(sorted(photos)), is_held))


def _last_choice(conn: Connection, key: str, kind: SaidKind) -> Said | None:
    """Of what replaces the one before the latest; None of words."""
    if rules.WEIGHTS[kind] is not rules.Weight.CHOICE:
        return None
    return next((one for one in reversed(outbox.of_key(conn, key)) if one.kind is kind), None)


def _load(conn: Connection) -> Load:
    return Load(outbox.count_waiting(conn), pictures.bytes_said(conn))


def _refuse_fast(conn: Connection, who: Speaker, kind: SaidKind, at: datetime) -> None:
    weight = rules.WEIGHTS[kind].value
    if not rules.is_too_fast(counts.of_source(conn, who.source, at - rules.SAID_WINDOW, weight, who.card.key), kind):
        return
    told = "一小时里说得太多了，这一条还没有发出去，写的还在。请过一会儿再发，急事请打座机。"
    raise TooMany(told, code="said_too_much", extra={"retry_after_s": int(rules.SAID_WINDOW.total_seconds())})


def _text(name: str, text: str, most: int, missing: str = "") -> list[FieldProblem]:
    if missing and not text:
        return [FieldProblem(name, "missing", missing)]
    if len(text) > most:
        return [FieldProblem(name, "too_long", f"最多{most}个字，现在{len(text)}个字，请写短一点。")]
    if any((ord(c) < 32 and c not in "\n\t") or ord(c) == 127 for c in text):
        return [FieldProblem(name, "control_character", "里面有不能显示的控制字符，请删掉。")]
    return []


def _raise(faults: Sequence[FieldProblem]) -> None:
    if faults:
        raise Refused(faults[0].message, code=faults[0].code, problems=tuple(faults))
