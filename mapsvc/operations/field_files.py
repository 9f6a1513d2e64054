"""The queue's file of a phone: the same operations as over the network, by the person in the file, record by record."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.kinds import find_kind
from mapsvc.domain.people import PersonKind
from mapsvc.domain.permissions import Action, may, whom_to_ask
from mapsvc.domain.times import OFFICE_ZONE, office_day, to_second
from mapsvc.domain.withdrawals import Withdrawn
from mapsvc.errors import Broken, Forbidden, MapsvcError, NoSpace, NotFound
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.needs import tell_need
from mapsvc.operations.photos import NewPhoto, add_photo
from mapsvc.operations.promises import Kept, keep_promise, tell_promise
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.walks import (
    NewStep,
    NewWalk,
    finish_walk,
    go_on,
    own_walk,
    record_step,
    start_walk,
    withdraw_step,
)
from mapsvc.operations.withdrawals import withdraw_issue, withdraw_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import accounts, audit, needs, people, places, promises, shops, withdrawn

GONE = "这条已经撤回过，没有再写入。"


@dataclass(frozen=True)
class KeptPromise:
    """办好了, said on the phone."""

    promise_id: str
    told: Kept


@dataclass(frozen=True)
class TakenBack:
    """撤回, said on the phone; `type` is visit or issue."""

    record_id: str
    type: str


@dataclass(frozen=True)
class ToldNews:
    """告诉店主了, said on the phone; `type` is promise or need."""

    record_id: str
    type: str


@dataclass(frozen=True)
class FinishedWalk:
    """走完了, said on the phone."""

    walk_id: str
    at: datetime


@dataclass(frozen=True)
class TakenBackOfWalk:
    """撤回 of a stop of a walk, or of its end (`is_end`), said on the phone."""

    record_id: str
    walk_id: str
    is_end: bool


Walked = NewWalk | NewStep | FinishedWalk | TakenBackOfWalk
Do = NewVisit | NewIssue | KeptPromise | TakenBack | ToldNews | NewPhoto | Walked


@dataclass(frozen=True)
class FieldRecord:
    """One record of the file, or one picture of it: what is to be done, or why it could not be read."""

    id: str
    at: datetime | None
    do: Do | None
    fault: str = ""
    label: str = ""
    photos: tuple["FieldRecord", ...] = ()


@dataclass(frozen=True)
class FieldFile:
    """A queue's file as read: whose it is, and the records in the order they were made. `sha256` is of its bytes."""

    person_id: str
    person_name: str
    records: tuple[FieldRecord, ...]
    sha256: str


class Result(StrEnum):
    """What came of a record."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


RESULT_NAMES = {Result.ADDED: "记下了", Result.UNCHANGED: "已经有了", Result.REFUSED: "没有收"}


@dataclass(frozen=True)
class Line:
    """One record's result; `reason` says what to know or to do."""

    id: str
    what: str
    result: Result
    reason: str = ""


@dataclass(frozen=True)
class FieldReport:
    """What came of a file: a line per record and picture, in the file's order."""

    person: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines had each result."""
        found = Counter(line.result for line in self.lines)
        return {result.value: found[result] for result in Result}


def import_field_file(ws: Workspace, actor: Actor, file: FieldFile) -> FieldReport:
    """Do what a phone could not send, as the person it belongs to; the same file again changes nothing.

    Each record stands in its own transaction: one that is refused holds up nobody.

    Raises
    ------
    Forbidden
        Not one's own phone's file, and no leave to import.
    NotFound
        The person in it is no staff of this office, or has no account.
    NoSpace
        The disk is full: what came before is kept, and the file can be imported again.
    """
    if not (may(actor, Action.IMPORT_LEDGER) or (actor.person_id and actor.person_id == file.person_id)):
        raise Forbidden(
            f"这是“{file.person_name}”手机里的文件，{actor.role_name}只能导入自己的，请找{whom_to_ask(Action.IMPORT_LEDGER)}。"
        )
    person = _person(ws, file)
    lines = tuple(line for record in file.records for line in _lines(ws, person, record))
    report = FieldReport(person.name, lines)
    with ws.write() as conn:
        done = {"person": person.person_id, "counts": report.counts}
        audit.append(conn, actor, "import_field_file", "field_file", file.sha256, None, done, to_second(ws.clock()))
    return report


def _person(ws: Workspace, file: FieldFile) -> Actor:
    """Who made the records, in the role they walk in."""
    with ws.read() as conn:
        person = people.by_id(conn, file.person_id)
        had = accounts.of_person(conn, file.person_id) if person else []
    if person is None or person.kind is not PersonKind.STAFF:
        raise NotFound(
            f"这里没有叫“{file.person_name}”的工作人员，文件可能是别的单位的；请核对，或先给他开账号再导入。",
            field="person",
            code="unknown_person",
        )
    if not had:
        raise NotFound(
            f"“{person.display_name}”还没有账号，不知道按什么角色记；请先在“账号”里开一个再导入。",
            field="person",
            code="no_account",
        )
    actors = [account.actor for account in had]
    return next((one for one in actors if may(one, Action.RECORD_VISIT)), actors[0])


def _lines(ws: Workspace, person: Actor, record: FieldRecord) -> Iterator[Line]:
    with ws.read() as conn:
        what = record.label or _what(ws, conn, record)
    first = _line(ws, person, record, what)
    yield first
    if first.result is Result.REFUSED and record.photos:
        n = len(record.photos)
        yield Line(record.photos[0].id, f"{what} 的{n}张照片", Result.REFUSED, "记录没有收，照片也没有收。")
        return
    for n, photo in enumerate(record.photos, 1):
        yield _line(ws, person, photo, f"{what} 的照片{n}")


def _line(ws: Workspace, person: Actor, record: FieldRecord, what: str) -> Line:
    if record.do is None:
        return Line(record.id, what, Result.REFUSED, record.fault)
    try:
        result, reason = _done(ws, person, record.do)
    except (NoSpace, Broken):
        raise
    except MapsvcError as error:
        return Line(record.id, what, Result.REFUSED, error.message)
    return Line(record.id, what, result, reason)


def _done(ws: Workspace, person: Actor, do: Do) -> tuple[Result, str]:
    match do:
        case NewVisit():
            visit = record_visit(ws, person, do)
            if isinstance(visit, Withdrawn):
                return Result.UNCHANGED, GONE
            return _result(visit.is_new), "".join(visit.notes)
        case NewIssue():
            issue = report_issue(ws, person, do)
            return (Result.UNCHANGED, GONE) if isinstance(issue, Withdrawn) else (_result(issue.is_new), "")
        case NewPhoto():
            photo = add_photo(ws, person, do)
            return (Result.UNCHANGED, GONE) if photo.is_withdrawn else (_result(photo.is_new), "")
        case KeptPromise():
            with ws.read() as conn:
                before = promises.by_id(conn, do.promise_id)
            after = keep_promise(ws, person, do.promise_id, do.told)
            return _result(after != before), ""
        case ToldNews():
            return _result(_tell(ws, person, do)), ""
        case TakenBack():
            with ws.read() as conn:
                is_gone = withdrawn.by_id(conn, do.record_id) is not None
            (withdraw_visit if do.type == "visit" else withdraw_issue)(ws, person, do.record_id)
            return _result(not is_gone), ""
        case _:
            return _walked(ws, person, do), ""


def _walked(ws: Workspace, person: Actor, do: Walked) -> Result:
    """What the walker's phone tells of a walk; the report says no more than that it came."""
    if isinstance(do, NewWalk):
        return _result(start_walk(ws, person, do).is_new)
    if isinstance(do, NewStep):
        told = record_step(ws, person, do)
        return Result.UNCHANGED if isinstance(told, Withdrawn) else _result(told.is_new)
    before = own_walk(ws, person, do.walk_id)
    if isinstance(do, FinishedWalk):
        return _result(finish_walk(ws, person, do.walk_id, do.at) != before)
    if do.is_end:
        return _result(go_on(ws, person, do.walk_id) != before)
    with ws.read() as conn:
        is_gone = withdrawn.by_id(conn, do.record_id) is not None
    withdraw_step(ws, person, do.walk_id, do.record_id)
    return _result(not is_gone)


def _tell(ws: Workspace, person: Actor, do: ToldNews) -> bool:
    """Whether it was new that the merchant was told."""
    with ws.read() as conn:
        known = (promises if do.type == "promise" else needs).by_ids(conn, [do.record_id]).get(do.record_id)
    (tell_promise if do.type == "promise" else tell_need)(ws, person, do.record_id)
    return known is not None and known.told_at is None


def _result(is_new: bool) -> Result:
    return Result.ADDED if is_new else Result.UNCHANGED


def _what(ws: Workspace, conn: Connection, record: FieldRecord) -> str:
    """A record in words, where the phone gave none: where, what, when."""
    do = record.do
    if isinstance(do, NewVisit):
        words = [_door(ws, conn, do.shop), "走访"]
    elif isinstance(do, NewIssue):
        place = places.by_code(conn, do.place) if do.place else None
        where = _door(ws, conn, do.shop) if do.shop else place.name if place else do.place
        kind = find_kind(do.kind)
        words = [where or "", f"上报{kind.short_name if kind else do.kind}"]
    elif isinstance(do, KeptPromise):
        promise = promises.by_id(conn, do.promise_id)
        words = ["答应的事办好了", f"“{promise.text}”" if promise else ""]
    elif isinstance(do, ToldNews):
        words = ["告诉店主了"]
    elif isinstance(do, NewWalk | NewStep | FinishedWalk | TakenBackOfWalk):
        words = ["巡查"]
    elif isinstance(do, TakenBack):
        words = ["撤回走访" if do.type == "visit" else "撤回上报的问题"]
    else:
        words = ["一条记录"]
    at = record.at.astimezone(OFFICE_ZONE) if record.at else None
    return " ".join([*filter(None, words), f"{at.month}月{at.day}日{at:%H:%M}" if at else ""]).strip()


def _door(ws: Workspace, conn: Connection, code: str) -> str:
    shop = shops.by_code(conn, code, office_day(ws.clock()))
    return " ".join(filter(None, (shop.location.address, shop.name))) if shop else code
