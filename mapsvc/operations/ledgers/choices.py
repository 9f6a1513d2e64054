"""Choosing in a conflict: the file's value or the app's; whether a changed sign means 换店."""

import json
from dataclasses import dataclass, replace
from typing import Any

from mapsvc.domain.ledger import TENANCY, Side, Values
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.ledger.rows import Row
from mapsvc.ledger.sheets import BY_NAME
from mapsvc.ledger.writer import office_text
from mapsvc.operations.ledgers.context import Run
from mapsvc.operations.ledgers.engine import change_tenancy, nouns
from mapsvc.store import imports


@dataclass(frozen=True)
class OpenConflict:
    """A conflict as a person reads it.

    Attributes
    ----------
    field : str
        ``tenancy`` for 换店?, else a field of the sheet.
    title : str
        What the field is called.
    base, file, app : object
        Last imported, the file's and the app's value; dicts for ``tenancy``.
    choice : str or None
        ``file``, ``app`` or, for ``tenancy``, ``fix``.
    """

    id: str
    batch: str
    sheet: str
    row: int | None
    key: str
    record_id: str
    field: str
    title: str
    base: Any
    file: Any
    app: Any
    choice: str | None


def conflict_of(row: Any) -> OpenConflict:
    """A conflict from a row of table import_conflict."""
    base, file, app = (_read(text) for text in (row.base_value, row.file_value, row.app_value))
    return OpenConflict(
        row.id,
        row.batch_id,
        row.sheet,
        row.row_number,
        row.key,
        row.record_id,
        row.field,
        title_of(row.sheet, row.field),
        base,
        file,
        app,
        row.choice,
    )


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def in_words(conflict: OpenConflict) -> OpenConflict:
    """A conflict with its values as the office writes them."""
    base, file, app = (_worded(conflict.sheet, conflict.field, v) for v in (conflict.base, conflict.file, conflict.app))
    return replace(conflict, base=base, file=file, app=app)


def _worded(sheet: str, field: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _worded(sheet, name, one) for name, one in value.items()}
    return None if value is None else office_text(sheet, field, value)


def title_of(sheet: str, field: str) -> str:
    """What a field is called on the office's form."""
    if field == TENANCY:
        return "换店？"
    if field == "position":
        return "经纬度"
    return BY_NAME[sheet].named(field)


def side_of(choice: str, field: str) -> Side:
    """The choice as given.

    Raises
    ------
    Refused
        It is none.
    """
    allowed = (Side.FILE, Side.APP, Side.FIX) if field == TENANCY else (Side.FILE, Side.APP)
    if choice not in allowed:
        raise Refused("请选“用表里的”或“留程序里的”。", field="choice", code="bad_choice")
    return Side(choice)


def apply(run: Run, conflict: OpenConflict, side: Side) -> None:
    """Carry out a choice on an imported record; the office's value counts as imported from now on either way.

    Raises
    ------
    NotFound
        The record is gone.
    Conflict
        The file was imported again since.
    """
    noun = nouns()[conflict.sheet]
    base = imports.bases(run.conn, conflict.sheet, [conflict.key]).get(conflict.key)
    app = noun.current(run, {conflict.record_id: base.values if base else {}}).get(conflict.record_id)
    if base is None or app is None:
        raise NotFound("这条记录已经不在了，不用再选。", code="gone")
    told: Values = conflict.file if conflict.field == TENANCY else {conflict.field: conflict.file}
    old: Values = conflict.app if conflict.field == TENANCY else {conflict.field: conflict.app}
    if side is not Side.APP and any(app.get(n) != value for n, value in old.items()):
        raise Conflict("程序里的值在这之后又改过。请重新导入台账，再看有没有冲突。", code="stale")
    row = Row(conflict.row or 0, [], {**app, **told}, key=conflict.key, id=conflict.record_id, extra=app)
    before: dict[str, Any]
    change, before = "update", {"app": {n: app.get(n) for n in told}, "base": base.values, "batch": base.batch_id}
    if conflict.field == TENANCY and side is Side.FILE:
        change, before = "tenancy", {"base": base.values, "batch": base.batch_id, **change_tenancy(run, row)}
    elif side is not Side.APP:
        noun.change(run, [(row, told)])
    else:
        change, before = "base", {"app": {}, "base": base.values, "batch": base.batch_id}
    keyed = {"sheet": conflict.sheet, "key": conflict.key, "record_id": conflict.record_id}
    imports.put_bases(run.conn, [{**keyed, "values": {**base.values, **told}, "batch_id": base.batch_id}])
    after = told if side is not Side.APP else {}
    imports.add_changes(
        run.conn, [{**keyed, "batch_id": base.batch_id, "change": change, "before": before, "after": after}]
    )


def changed_row(row: Any, make: Any) -> Any:
    """A row of table import_change as `make` (id, sheet, key, record id, change, title, fields) shows it."""
    sheet = BY_NAME[row.sheet]
    after: Values = row.after or {}
    before: Values = (row.before or {}).get("app") or {}
    told = [name for name in after if name == "position" or name in sheet.by_field]
    if row.change == "add":
        told = [name for name in told if after[name] is not None]
    fields = tuple((title_of(row.sheet, n), *(_worded(row.sheet, n, v.get(n)) for v in (before, after))) for n in told)
    base: Values = (row.before or {}).get("base") or {}
    title = next((v[n] for v in (after, base) for n in ("sign_name", "name", "number") if v.get(n)), row.key)
    return make(row.id, row.sheet, row.key, row.record_id, row.change, title, fields)
