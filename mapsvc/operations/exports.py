"""Exports: the office's workbook in its own form, single layers as xlsx or csv; masked unless a reason is given."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.ledger import Values, position_of
from mapsvc.domain.origins import CLOSED_FIELDS, HIDDEN_CELL
from mapsvc.domain.permissions import Action, may, require
from mapsvc.domain.places import POSITION_SOURCE_NAMES
from mapsvc.domain.privacy import FORMER, NOBODY_LEFT, Leavers, has_phone, mask_name, mask_phone, mask_phones_in
from mapsvc.errors import Forbidden, Refused
from mapsvc.ledger import cells
from mapsvc.ledger.exported import exported_text
from mapsvc.ledger.sheets import BY_NAME, EXPORTED_TITLE, SHEETS, Column, Sheet
from mapsvc.ledger.writer import SheetToWrite, office_value, write_csv, write_xlsx
from mapsvc.operations.ledgers.context import Noun, Run
from mapsvc.operations.ledgers.engine import TABLES, nouns
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, enquiries, imports, leavers
from mapsvc.store.database import Database

_PAGE = 1_000
_SHORTEST_REASON = 2
# How each sheet is sorted: as an office keeps its ledgers.
_ORDER: dict[str, tuple[str, ...]] = {
    "商铺底册": ("code",),
    "走访记录": ("happened_at",),
    "问题台账": ("number",),
    "咨询台账": ("asked_at",),
    "议事记录": ("held_at",),
    "点位": ("code",),
    "责任主体": ("street", "number_from"),
}
LAYERS = {"shops": "商铺底册", "issues": "问题台账", "visits": "走访记录", "places": "点位"}
"""Layers that can be exported as a table, and the sheet they are rows of."""
_WHERE_TITLES = ("经度", "纬度", "坐标系", "位置来源", "误差(米)")


@dataclass(frozen=True)
class ExportReport:
    """What was written."""

    rows: dict[str, int]
    is_masked: bool


def export_ledger(
    ws: Workspace,
    actor: Actor,
    target: Path | IO[bytes],
    *,
    reason: str | None = None,
    datum: str = "wgs84",
    sheets: tuple[str, ...] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> ExportReport:
    """Write the workbook in the office's form: edited there and imported again, only the edits change anything.

    Parameters
    ----------
    target : Path or binary stream
    reason : str, optional
        Asks for names and phones in full; needs leave to see people, and leaves an audit row. Without it they are
        masked, and masked cells change nothing when they come back.
    datum : str
        What coordinates are written in.
    sheets : tuple of str
        Names of the form's sheets; empty for all.

    Raises
    ------
    Forbidden, Refused
    """
    is_masked = _is_masked(ws, actor, reason, "export_ledger")
    wanted = [s for s in SHEETS if not sheets or s.name in sheets]
    with unmoving(ws) as conn:
        export = _Export(ws, actor, conn, datum, is_masked)
        counts = write_xlsx(target, (export.sheet(sheet) for sheet in wanted))
    if progress:
        progress(1, 1, "已写好")
    return ExportReport(counts, is_masked)


def export_layer(
    ws: Workspace, actor: Actor, layer: str, target: Path | IO[bytes], *, form: str = "xlsx", datum: str = "wgs84"
) -> ExportReport:
    """Write a layer as a table with the position of every row; without anybody's name or phone.

    Parameters
    ----------
    layer : {"shops", "issues", "visits", "places"}
    form : {"xlsx", "csv"}
    datum : str

    Raises
    ------
    Forbidden, Refused
    """
    require(actor, Action.EXPORT)
    if layer not in LAYERS:
        named = "、".join(LAYERS)
        raise Refused(f"没有“{layer}”这个可导出的图层。可选：{named}。", field="layer", code="unknown_layer")
    if form not in ("xlsx", "csv"):
        raise Refused("导出格式请选 xlsx 或 csv。", field="form", code="unknown_form")
    with unmoving(ws) as conn:
        sheet = _Export(ws, actor, conn, datum, is_masked=True).layer(BY_NAME[LAYERS[layer]])
        count = write_csv(target, sheet) if form == "csv" else sum(write_xlsx(target, [sheet]).values())
    return ExportReport({sheet.name: count}, True)


def _is_masked(ws: Workspace, actor: Actor, reason: str | None, action: str) -> bool:
    require(actor, Action.EXPORT)
    if reason is None:
        return True
    if len(reason.strip()) < _SHORTEST_REASON:
        raise Refused("导出完整姓名和号码要写明原因，例如“消防检查逐户联系”。", field="reason", code="reason_missing")
    if not may(actor, Action.SEE_PERSON):
        raise Forbidden(f"{actor.role_name}不能导出完整姓名和号码，请找街区书记。")
    with ws.write() as conn:
        audit.append(conn, actor, action, "export", "full", after={"reason": reason.strip()}, at=ws.clock())
    return False


@contextmanager
def unmoving(ws: Workspace) -> Iterator[Connection]:
    """A connection for a long read: on a copy of the SQLite store, so that its write log is not held open."""
    if not ws.database.is_sqlite:
        with ws.read() as conn:
            yield conn
        return
    with tempfile.TemporaryDirectory(prefix="export-", dir=ws.folder) as folder:
        copied = Database(Path(folder))
        ws.database.copy_to(copied.file)
        try:
            with copied.write():
                pass  # a copy has no write log yet, and readers do not make one
            with copied.read() as conn:
                yield conn
        finally:
            copied.close()


class _Export:
    """One export on an unmoving state."""

    def __init__(self, ws: Workspace, actor: Actor, conn: Connection, datum: str, is_masked: bool) -> None:
        from mapsvc.geo.datum import parse_datum
        from mapsvc.operations.imports import new_run

        self._conn = conn
        self._datum = parse_datum(datum)
        self._is_masked = is_masked
        self._run: Run = new_run(ws, actor, conn, "auto", "export", is_dry=True)
        self._nouns = nouns()
        self._left = leavers.by_code(conn)

    def sheet(self, sheet: Sheet) -> SheetToWrite:
        """A sheet of the form; one without 坐标系 gets that column when coordinates are not WGS-84."""
        columns = [c for c in sheet.columns if c.field != "_datum" or self._tells_datum(sheet)]
        header = [c.title for c in columns]
        numbered = sheet.name == "商铺底册"
        rows = self._rows(sheet, columns, numbered)
        titles = [*(["序号"] if numbered else []), *header, EXPORTED_TITLE]
        return SheetToWrite(sheet.name, titles, rows, sheet.title, hides_last=True)

    def _tells_datum(self, sheet: Sheet) -> bool:
        return sheet.name == "商铺底册" or self._datum.name != "WGS-84"

    def _rows(self, sheet: Sheet, columns: list[Column], numbered: bool) -> Iterator[list[Any]]:
        for n, values in enumerate(self._values(sheet), 1):
            left = self._leavers_of(values)
            row = [self._cell(sheet, column, values, left) for column in columns]
            row.append(self._exported(sheet, columns, values, left))
            yield [n, *row] if numbered else row

    def _leavers_of(self, values: Values) -> Leavers:
        """Who left the shop that a row is about; a council is about its issue's shop."""
        code = values.get("shop") or values.get("code")
        if self._left and values.get("issue"):
            shop_ids = [row.shop_id for row in bulk.issues_by_numbers(self._conn, [values["issue"]]) if row.shop_id]
            code = next((row.code for row in bulk.rows_by_ids(self._conn, "shop", shop_ids)), None)
        return self._left.get(code or "", NOBODY_LEFT)

    def _exported(self, sheet: Sheet, columns: list[Column], values: Values, left: Leavers) -> str | None:
        """The row as it goes out: of what is masked nothing."""
        own = [c for c in columns if c.field[0] != "_"]
        shown = {c.field: values.get(c.field) for c in own if not self._hides(c, values, left)}
        if "position" in values:
            shown["position"] = values["position"]
        return exported_text(sheet.key_of(values), self._run.now, shown)

    def _hides(self, column: Column, values: Values, left: Leavers) -> bool:
        value = values.get(column.field)
        return value is not None and self._shown(column, value, left) != value

    def _values(self, sheet: Sheet) -> Iterator[Values]:
        noun: Noun = self._nouns[sheet.name]
        table, order = TABLES[sheet.name], _ORDER[sheet.name]
        after: tuple[Any, ...] | None = None
        while page := bulk.ids_page(self._conn, table, order, after, _PAGE):
            after = (*(getattr(page[-1], name) for name in order), page[-1].id)
            bases = imports.all_bases(self._conn, sheet.name, [row.id for row in page])
            wanted = {row.id: bases[row.id][1].values if row.id in bases else {} for row in page}
            current = noun.current(self._run, wanted)
            # What was said on a card's page is for the secretary and who looks after the door: no file takes it along.
            private = enquiries.asked_on_cards(self._conn, current) if table == "enquiry" else set()
            for row in page:
                if row.id in current and row.id not in private:
                    yield current[row.id] | {"_id": row.id}

    def _cell(self, sheet: Sheet, column: Column, values: Values, left: Leavers) -> Any:
        name = column.field
        if name in ("_lon", "_lat", "_datum"):
            return self._coordinate(name, values.get("position"))
        if name == "_kind_code":
            return None if values["kind"].startswith("L") else values["kind"]
        value = office_value(sheet.name, name, values.get(name))
        return self._shown(column, value, left) if value is not None else None

    def _shown(self, column: Column, value: Any, left: Leavers) -> Any:
        if column.field in CLOSED_FIELDS:
            # Closed for whatever reason: the star says to an import that what is stored stays.
            return HIDDEN_CELL
        # Who left is named in no export, whatever its reason; the stars say so to an import.
        if isinstance(value, str) and column.convert is cells.text and column.field not in _NO_WORDS:
            value = left.hide(value, f"{FORMER}****")
        return self._masked(column, value) if self._is_masked else value

    def _masked(self, column: Column, value: Any) -> Any:
        if column.field == "merchant":
            return mask_name(value)
        if column.field == "phone":
            return mask_phone(value)
        if column.is_personal:
            return "*"
        # A company's duty phone is nobody's own; a text without a number stays as it was written, to the letter.
        is_told = isinstance(value, str) and column.field != "duty_phone" and has_phone(value)
        return mask_phones_in(value) if is_told else value

    def _coordinate(self, name: str, position: str | None) -> Any:
        from mapsvc.geo.datum import from_wgs84

        if position is None:
            return None
        if name == "_datum":
            return self._datum.name
        lon, lat = from_wgs84(*position_of(position), self._datum)
        value = float(lon if name == "_lon" else lat)
        return round(value, 7 if self._datum.in_degrees else 3)

    def layer(self, sheet: Sheet) -> SheetToWrite:
        """A sheet's rows without people, with where they are."""
        columns = [c for c in sheet.columns if not c.is_personal and c.field not in _PEOPLE and c.field[0] != "_"]
        header = [*(c.title for c in columns), *_WHERE_TITLES]
        return SheetToWrite(sheet.name, header, self._layer_rows(sheet, columns))

    def _layer_rows(self, sheet: Sheet, columns: list[Column]) -> Iterator[list[Any]]:
        page: list[Values] = []
        for values in self._values(sheet):
            page.append(values)
            if len(page) == _PAGE:
                yield from self._placed(sheet, columns, page)
                page = []
        yield from self._placed(sheet, columns, page)

    def _placed(self, sheet: Sheet, columns: list[Column], page: list[Values]) -> Iterator[list[Any]]:
        where = bulk.locations_of(self._conn, TABLES[sheet.name], [values["_id"] for values in page])
        for values in page:
            left = self._leavers_of(values)
            row = [self._cell(sheet, column, values, left) for column in columns]
            yield [*row, *self._where(where.get(values["_id"]))]

    def _where(self, row: Any) -> list[Any]:
        from mapsvc.geo.datum import from_wgs84

        if row is None or row.lon is None:
            return [None] * len(_WHERE_TITLES)
        lon, lat = from_wgs84(row.lon, row.lat, self._datum)
        digits = 6 if self._datum.in_degrees else 2
        source = POSITION_SOURCE_NAMES.get(row.position_source, row.position_source)
        return [round(float(lon), digits), round(float(lat), digits), self._datum.name, source, row.error_m]


# A sign over a door may hold a name and is no text about a person.
_NO_WORDS = frozenset({"sign_name", "_sign_name", "address"})
# Who walked and who reported are people too: a layer is about places.
_PEOPLE = frozenset({"worker", "reporter"})
