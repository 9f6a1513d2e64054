"""The queue's file of a phone, read strictly: the envelope here, each body as HTTP reads it."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from mapsvc.domain.photos import MOST_PER_RECORD, PhotoOf
from mapsvc.errors import Malformed, MapsvcError, TooLarge
from mapsvc.operations.field_files import (
    Do,
    FieldFile,
    FieldRecord,
    FinishedWalk,
    KeptPromise,
    TakenBack,
    TakenBackOfWalk,
    ToldNews,
)
from mapsvc.operations.photos import NewPhoto
from mapsvc.operations.promises import Kept
from mapsvc.operations.walks import NewStep, NewWalk
from mapsvc.store import ids
from mapsvc.web.api import issues, visits, walks
from mapsvc.web.api import parsing as p

FORMAT, NEWEST = "mapsvc-field", 2
LARGEST_BYTES = 64 * 1024 * 1024
MOST_RECORDS = 2000
_LONGEST_LABEL = 80
_PERSON = {"id": p.text(40), "name": p.text(40)}
_KEPT = {
    "id": p.identifier(),
    "at": p.optional(p.moment()),
    "target": p.text(40),
    "target_type": p.optional(p.choice(["promise", "need"]), "promise"),
    "told": p.optional(p.flag(), False),
}
_TAKEN_BACK = {
    "id": p.identifier(),
    "at": p.optional(p.moment()),
    "target": p.identifier(),
    "target_type": p.choice(["visit", "issue", "walk_step", "walk_finish"]),
    "walk": p.optional(p.identifier()),
}
_WALK = {"id": p.identifier(), "at": p.moment(), "plan": p.text(40)}
_STEP = {**walks.STEP, "walk": p.identifier()}
_FINISH = {"id": p.identifier(), "at": p.moment(), "walk": p.identifier()}
_SPECS: Mapping[str, p.Spec] = {
    "visit": visits.VISIT,
    "issue": issues.ISSUE,
    "promise_kept": _KEPT,
    "withdraw": _TAKEN_BACK,
    "walk": _WALK,
    "walk_step": _STEP,
    "walk_finish": _FINISH,
}
_NAMES = {
    "visit": "走访", "issue": "上报", "promise_kept": "答应的事办好了", "withdraw": "撤回", "walk": "巡查",
    "walk_step": "巡查", "walk_finish": "巡查",
}  # fmt: skip
_WALKED = ("walk", "walk_step", "walk_finish")
_PHOTOS_OF = {"visit": PhotoOf.VISIT, "issue": PhotoOf.ISSUE}


def read_field_file(content: bytes) -> FieldFile:
    """Read a queue's file of version 1 or 2; what is wrong with one record is kept beside it.

    Raises
    ------
    TooLarge
        Over 64 MiB or 2,000 records.
    Malformed
        No such file, a newer version, or nobody's.
    """
    if len(content) > LARGEST_BYTES:
        raise _fault(
            TooLarge,
            f"文件太大：最多{LARGEST_BYTES // 1024 // 1024} MB，请先让手机连上网传掉一些，再导出剩下的。",
            "too_large",
        )
    document = _document(content)
    _check_version(document)
    person = _person(document)
    records = document.get("records")
    if not isinstance(records, list):
        raise _fault(Malformed, "文件里没有记录（records），请在手机上重新导出。", "no_records")
    if len(records) > MOST_RECORDS:
        raise _fault(
            TooLarge,
            f"文件里有{len(records)}条记录，最多{MOST_RECORDS}条，请先让手机连上网传掉一些，再导出剩下的。",
            "too_many_records",
        )
    read = tuple(_record(one, n) for n, one in enumerate(records, 1))
    return FieldFile(person["id"], person["name"], read, sha256(content).hexdigest())


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _fault(
            Malformed, "这不是手机导出的记录文件，或者没有传完整；请在手机上重新导出一次。", "not_a_field_file"
        )
    return document


def _check_version(document: Mapping[str, Any]) -> None:
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _fault(Malformed, "文件里的版本号看不懂，请在手机上重新导出一次。", "bad_version")
    if version > NEWEST:
        raise _fault(
            Malformed,
            f"这个文件是更新的程序导出的（第{version}版），这里只认到第{NEWEST}版；请先升级办公室的程序，文件留好。",
            "newer_version",
        )


def _person(document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        told = document.get("person")
        known = {name: told.get(name) for name in _PERSON} if isinstance(told, dict) else {}
        read: dict[str, Any] = p.record(_PERSON).read(known, "person")
        return read
    except Malformed:
        raise _fault(Malformed, "文件里没有写是谁的手机（person），请在手机上登录后重新导出。", "nobodys") from None


def _fault(kind: type[MapsvcError], message: str, code: str) -> MapsvcError:
    return kind(message, field="file", code=code)


def _record(told: Any, n: int) -> FieldRecord:
    if not isinstance(told, dict):
        return FieldRecord("", None, None, f"第{n}条不是一条记录，读不出来。", f"第{n}条")
    # What was walked of a plan is the walker's own: whoever brings the file in reads no stop's name.
    label = "" if told.get("type") in _WALKED else _label(told.get("label"))
    try:
        record_id = p.identifier().read(told.get("id"), "id")
        at = p.moment().read(told.get("at"), "at")
    except Malformed as error:
        return FieldRecord(str(told.get("id"))[:40], None, None, error.message, label or f"第{n}条")
    of = told.get("type")
    if not isinstance(of, str) or of not in _SPECS:
        return FieldRecord(record_id, at, None, "不认识这种记录，可能是更新的程序记的。", label or f"第{n}条")
    try:
        do = _do(of, record_id, at, told.get("body"))
    except Malformed as error:
        sentences = "".join(problem.message for problem in error.problems[:3])
        return FieldRecord(record_id, at, None, sentences or error.message, label or f"第{n}条 {_NAMES[of]}")
    return FieldRecord(record_id, at, do, "", label, _photos(told, of, record_id, at))


def _label(told: Any) -> str:
    try:
        read: str = p.text(_LONGEST_LABEL).read(told, "label")
        return read
    except Malformed:
        return ""


def _do(of: str, record_id: str, at: datetime, body: Any) -> Do:
    if not isinstance(body, dict):
        raise p.wrong("body", "记录里没有内容（body）。", "missing")
    if b"\\u0000" in orjson.dumps(body):
        # As with every request: no store takes a NUL in text.
        raise p.wrong("body", "记录里有不能用的字符，请在手机上改好再导出。", "control_character")
    if str(body.get("id", record_id)).lower() != record_id:
        raise p.wrong("body.id", "记录的编号和内容里的编号不一样。", "other_id")
    whole = {"id": record_id} | body
    sent = p.record(_SPECS[of]).read(whole if whole.get("at") else whole | {"at": at.isoformat()}, "")
    if of == "visit":
        return visits.new_visit(sent)
    if of == "issue":
        return issues.new_issue(sent)
    if of == "promise_kept" and sent["told"]:
        return ToldNews(sent["target"], sent["target_type"])
    if of == "promise_kept":
        return KeptPromise(sent["target"], Kept(record_id, sent["at"]))
    return _do_walking(of, sent) if of in _WALKED else _taken_back(sent)


def _do_walking(of: str, sent: dict[str, Any]) -> Do:
    if of == "walk":
        return NewWalk(sent["id"], sent["plan"], sent["at"])
    return NewStep(**sent) if of == "walk_step" else FinishedWalk(sent["walk"], sent["at"])


def _taken_back(sent: dict[str, Any]) -> Do:
    if not sent["target_type"].startswith("walk"):
        return TakenBack(sent["target"], sent["target_type"])
    if sent["walk"] is None:
        raise p.wrong("body.walk", "撤回的是哪一次巡查，记录里没有写。", "missing")
    return TakenBackOfWalk(sent["target"], sent["walk"], is_end=sent["target_type"] == "walk_finish")


def _photos(told: Mapping[str, Any], of: str, record_id: str, at: datetime) -> tuple[FieldRecord, ...]:
    if of not in _PHOTOS_OF:
        return ()
    listed, inline = told.get("photos") or [], told.get("photo")
    if inline and not listed:
        # Version 1: one picture without an id; it gets its name from its record's, so that it is the same next time.
        listed = [{"id": ids.of("photo", record_id), "taken_at": at.isoformat(), "jpeg": inline}]
    if not isinstance(listed, list):
        return (FieldRecord("", None, None, "照片（photos）要是列表。"),)
    over = FieldRecord(
        "", None, None, f"一条记录最多{MOST_PER_RECORD}张照片，后面{len(listed) - MOST_PER_RECORD}张没有收。"
    )
    read = tuple(_photo(one, _PHOTOS_OF[of], record_id) for one in listed[:MOST_PER_RECORD])
    return (*read, over) if len(listed) > MOST_PER_RECORD else read


def _photo(told: Any, of: PhotoOf, record_id: str) -> FieldRecord:
    sent = told if isinstance(told, dict) else {}
    photo_id = str(sent.get("id"))[:40]
    try:
        photo_id = p.identifier().read(sent.get("id"), "id")
        taken_at = p.optional(p.moment()).read(sent["taken_at"], "taken_at") if sent.get("taken_at") else None
        content = _decoded(sent.get("jpeg"))
    except Malformed as error:
        return FieldRecord(photo_id, None, None, error.message)
    return FieldRecord(photo_id, taken_at, NewPhoto(photo_id, of, record_id, content, taken_at))


def _decoded(written: Any) -> bytes:
    try:
        if not isinstance(written, str):
            raise ValueError(type(written))
        return base64.b64decode(written.rpartition(",")[2] if written.startswith("data:") else written, validate=True)
    except (ValueError, binascii.Error):
        raise p.wrong("jpeg", "照片的内容读不出来（base64），请在手机上重新导出。", "bad_base64") from None
