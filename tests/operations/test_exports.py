"""Exports: what goes out in the office's form comes back and changes nothing; people are masked unless asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Forbidden, Refused
from mapsvc.operations.exports import export_layer, export_ledger
from mapsvc.operations.import_batches import problem_rows_xlsx
from mapsvc.operations.imports import import_ledger
from mapsvc.operations.shops import see_phone
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import bulk
from tests.support.ledgers import ENQUIRY, WHOLE
from tests.support.street import Street, uid
from tests.support.workbook import ISSUE, SHOP, VISIT, write_workbook

SECRETARY = Actor("s", "书记", Role.SECRETARY)
OFFICE = Actor("o", "办公室", Role.OFFICE)
FIRST = SHOP | {"户籍(本市/外来)": "外来", "有学龄前子女": "是", "从业人数": 9, "营业面积(㎡)": 25.5}
SECOND = SHOP | {"商铺编号": "LT0002", "店名(招牌)": "=1+1", "经营者": "王小明", "地址(门牌)": "岚皋西路２９号"}
GIVEN = {"经度": 121.425159, "纬度": 31.248239, "坐标系": "GCJ-02"}
FULL = {**WHOLE, "商铺底册": [FIRST | {"备注": "找13812345678"}, SECOND | GIVEN]}


@pytest.fixture
def file(workspace: Workspace, tmp_path: Path) -> Path:
    """A workbook, imported."""
    written = write_workbook(tmp_path / "in.xlsx", FULL)
    for row in FULL["商铺底册"]:
        assert row["联系电话"] == "13812345678"
    import_ledger(workspace, SYSTEM, written)
    return written


def rows_of(file: Path, sheet: str) -> list[dict[str, object]]:
    page = load_workbook(file)[sheet]
    header, *rows = list(page.iter_rows(min_row=2, values_only=True))
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    "how", [{}, {"reason": "逐户联系"}, {"datum": "gcj02"}, {"datum": "bd09"}, {"datum": "EPSG:4549"}]
)
def test_what_goes_out_and_comes_back_changes_nothing(
    workspace: Workspace, file: Path, tmp_path: Path, how: dict[str, str]
) -> None:
    out = tmp_path / "out.xlsx"
    export_ledger(workspace, SECRETARY, out, **how)  # type: ignore[arg-type]
    report = import_ledger(workspace, SYSTEM, out)
    told = {name: (c.read, c.unchanged) for name, c in report.sheets.items()}
    assert told == {name: (len(rows), len(rows)) for name, rows in FULL.items()}
    assert see_phone(workspace, SYSTEM, "LT0001", "核对") == "13812345678"


def test_an_export_masks_people_and_coming_back_says_that_masked_cells_were_left_alone(
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    assert export_ledger(workspace, OFFICE, out).is_masked
    first, second = rows_of(out, "商铺底册")
    assert (first["经营者"], first["联系电话"], first["户籍(本市/外来)"]) == ("王先生", "138****5678", "*")
    assert (second["经营者"], first["备注"]) == ("王**", "找138****5678")
    assert second["店名(招牌)"] == "=1+1"
    assert "masked" in {p.code for p in import_ledger(workspace, SYSTEM, out).problems}


def test_names_in_full_need_leave_and_a_reason_and_leave_an_audit_row(
    workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    with pytest.raises(Forbidden):
        export_ledger(workspace, OFFICE, out, reason="想看看")
    with pytest.raises(Refused):
        export_ledger(workspace, SECRETARY, out, reason=" ")
    with pytest.raises(Forbidden):
        export_ledger(workspace, Actor("x", "小陈", Role.WORKER), out)
    with workspace.read() as conn:
        before = bulk.count(conn, "audit")
    assert not export_ledger(workspace, SECRETARY, out, reason="逐户联系").is_masked
    assert rows_of(out, "商铺底册")[1]["经营者"] == "王小明"
    with workspace.read() as conn:
        assert bulk.count(conn, "audit") == before + 1


def test_a_call_made_in_the_app_goes_out_and_is_not_doubled_when_it_comes_back(
    workspace: Workspace, street: Street, tmp_path: Path
) -> None:
    at = datetime(2026, 11, 20, 2, 30, 40, tzinfo=UTC)
    new = NewVisit(uid("v1"), "LT0001", VisitKind.REGULAR, at=at, outcome=Outcome.MET, note="一切都好")
    record_visit(workspace, street.chen, new)
    out = tmp_path / "out.xlsx"
    export_ledger(workspace, street.secretary, out)
    report = import_ledger(workspace, SYSTEM, out)
    assert {(c.added, c.updated, c.conflicts) for c in report.sheets.values()} == {(0, 0, 0)}
    assert report.sheets["走访记录"].unchanged == 1


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("layer", ["shops", "issues", "visits", "places"])
def test_layers_go_out_with_positions_and_without_people(
    workspace: Workspace, file: Path, layer: str, form: str
) -> None:
    out = BytesIO()
    report = export_layer(workspace, OFFICE, layer, out, form=form, datum="gcj02")
    assert sum(report.rows.values()) == {"shops": 2, "issues": 2, "visits": 1, "places": 1}[layer]
    if form == "csv":
        text = out.getvalue().decode("utf-8-sig")
        assert "GCJ-02" in text and "误差(米)" in text
        assert not any(word in text for word in ("王先生", "王小明", "13812345678", "小陈"))


def test_a_sign_that_looks_like_a_formula_is_none_in_csv(workspace: Workspace, file: Path) -> None:
    out = BytesIO()
    export_layer(workspace, OFFICE, "shops", out, form="csv")
    assert "'=1+1" in out.getvalue().decode("utf-8-sig")


def test_unknown_layers_and_forms_are_refused(workspace: Workspace) -> None:
    for layer, form in (("people", "csv"), ("shops", "pdf")):
        with pytest.raises(Refused):
            export_layer(workspace, OFFICE, layer, BytesIO(), form=form)


def test_rejected_rows_come_back_as_a_workbook_that_can_be_put_right_and_imported(
    workspace: Workspace, tmp_path: Path
) -> None:
    sheets = {
        "商铺底册": [SHOP, SHOP | {"商铺编号": "LT0009", "地址(门牌)": "兰田路口"}],
        "走访记录": [VISIT | {"走访时间": "2026年13月5日"}],
        "问题台账": [ISSUE],
        "咨询台账": [ENQUIRY | {"商铺编号": "LT8888"}],
    }
    report = import_ledger(workspace, SYSTEM, write_workbook(tmp_path / "in.xlsx", sheets))
    out = tmp_path / "rows.xlsx"
    assert report.batch is not None
    assert problem_rows_xlsx(workspace, SYSTEM, report.batch, out) == 3
    [row] = rows_of(out, "商铺底册")
    assert (row["商铺编号"], row["地址(门牌)"], row["原行号"]) == ("LT0009", "兰田路口", 4)
    assert "不认识路名" in str(row["要做什么"])
    book = load_workbook(out)
    page = book["商铺底册"]
    for cell in page[3]:
        cell.value = "岚皋路77号" if cell.value == "兰田路口" else cell.value
    book.save(out)
    assert import_ledger(workspace, SYSTEM, out).sheets["商铺底册"].added == 1
