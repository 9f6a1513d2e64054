"""户籍 and 学龄前子女: sums of ten and more, deleted everywhere they are kept, asked for before they come back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, func, insert, select

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import Forbidden
from mapsvc.operations.import_batches import list_conflicts
from mapsvc.operations.imports import undo_last_import
from mapsvc.operations.origins import brought, delete_origins, origin_sums, take_in_again
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables as t
from tests.support.clock import FixedClock
from tests.support.ledgers import NEW_TENANT, OTHER, imported
from tests.support.street import Street, uid
from tests.support.workbook import SHOP

CLOSED = {"户籍(本市/外来)": "外来", "有学龄前子女": "有"}
VALUES = re.compile(r'has_preschooler\\*": (?:true|false)|origin\\*": \\*"(?:local|elsewhere)|户籍.{0,9}(?:外来|本市)"')
WITH = {"商铺底册": [SHOP | CLOSED, OTHER | {"户籍(本市/外来)": "本市", "有学龄前子女": "无"}]}


def held(ws: Workspace) -> list[tuple[Any, Any]]:
    with ws.read() as conn:
        rows = conn.execute(select(t.tenancy.c.origin, t.tenancy.c.has_preschooler).order_by(t.tenancy.c.id))
        return sorted(((r.origin, r.has_preschooler) for r in rows), key=str)


def everything(ws: Workspace) -> str:
    """All that the store holds, as text."""
    found = []
    with ws.read() as conn:
        for table in t.metadata.sorted_tables:
            for row in conn.execute(select(table)):
                found.append(json.dumps({k: v for k, v in row._mapping.items()}, ensure_ascii=False, default=str))
    return "\n".join(found)


def many_doors(ws: Workspace, elsewhere: int, local: int) -> None:
    with ws.write() as conn:
        for n in range(elsewhere + local):
            conn.execute(insert(t.location).values(id=uid(f"l{n}"), kind="shop"))
            conn.execute(
                insert(t.shop).values(
                    id=uid(f"s{n}"), code=f"X{n}", location_id=uid(f"l{n}"), state="open", created_at=ws.clock(),
                    updated_at=ws.clock(),
                )
            )  # fmt: skip
            origin = "elsewhere" if n < elsewhere else "local"
            values = {"id": uid(f"t{n}"), "shop_id": uid(f"s{n}"), "sign_name": "店"}
            conn.execute(insert(t.tenancy).values(**values, origin=origin, has_preschooler=n < 12))


@pytest.mark.parametrize(("elsewhere", "local", "shown"), [(12, 10, 12), (12, 9, None), (9, 30, None)])
def test_sums_need_ten_on_both_sides(workspace: Workspace, elsewhere: int, local: int, shown: int | None) -> None:
    many_doors(workspace, elsewhere, local)
    assert origin_sums(workspace, SYSTEM).origin.whole == shown


def test_who_comes_or_goes_within_the_month_moves_no_sum(workspace: Workspace, clock: FixedClock) -> None:
    many_doors(workspace, 12, 12)
    today = workspace.clock().date()
    with workspace.write() as conn:
        conn.execute(t.tenancy.update().where(t.tenancy.c.id == uid("t0")).values(ended_on=today))
    assert origin_sums(workspace, SYSTEM).origin.whole == 12
    clock.advance(days=30)
    assert origin_sums(workspace, SYSTEM).origin.whole == 11


def test_deleting_takes_them_out_of_everything_an_import_kept(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    report = imported(workspace, file, WITH)
    assert brought(workspace, SYSTEM, report.batch)
    changed = SHOP | CLOSED | {"户籍(本市/外来)": "本市", "备注": "改"}
    imported(workspace, file, {"商铺底册": [changed, OTHER | {"户籍(本市/外来)": "本市星人", "有学龄前子女": "无"}]})
    imported(workspace, file, {"商铺底册": [NEW_TENANT | CLOSED | {"备注": "再改"}, OTHER]})
    assert list_conflicts(workspace, SYSTEM)
    assert ("local", True) in held(workspace)
    assert VALUES.findall(everything(workspace))
    done = delete_origins(workspace, SYSTEM)
    assert done.tenancies == 1
    assert done.rows > 3
    assert set(held(workspace)) == {(None, None)}
    told = everything(workspace)
    assert not VALUES.findall(told)
    assert "本市星人" not in told
    assert not brought(workspace, SYSTEM, report.batch)
    assert delete_origins(workspace, SYSTEM).tenancies == 0
    # What the imports changed besides can still be taken back.
    undo_last_import(workspace, SYSTEM)
    assert set(held(workspace)) == {(None, None)}


def test_later_imports_leave_them_out_until_somebody_asks_for_them(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    imported(workspace, file, WITH)
    delete_origins(workspace, SYSTEM)
    report = imported(workspace, file, {"商铺底册": [SHOP | CLOSED | {"备注": "新"}, OTHER]})
    assert set(held(workspace)) == {(None, None)}
    assert [p.code for p in report.problems if p.code != "missing_sheet"] == ["closed_left_out"]
    assert not brought(workspace, SYSTEM, report.batch)
    assert report.sheets["商铺底册"].updated == 1
    take_in_again(workspace, SYSTEM)
    imported(workspace, file, {"商铺底册": [SHOP | CLOSED | {"备注": "新"}, OTHER]})
    assert ("elsewhere", True) in held(workspace)


def test_what_cannot_be_read_in_a_closed_column_is_repeated_to_nobody(workspace: Workspace, tmp_path: Path) -> None:
    wrong = {"商铺底册": [SHOP | {"户籍(本市/外来)": "安徽阜阳", "有学龄前子女": "三岁女儿"}]}
    report = imported(workspace, tmp_path / "台账.xlsx", wrong)
    told = [p for p in report.problems if p.column]
    assert [p.value for p in told] == [None, None]
    assert not [word for word in ("安徽", "三岁") if word in everything(workspace) + str(report)]


def test_it_is_audited_and_only_secretary_and_office_may(workspace: Workspace, street: Street) -> None:
    delete_origins(workspace, street.office)
    with workspace.read() as conn:
        acts = conn.execute(select(t.audit.c.action, t.audit.c.record_id.cast(String))).all()
        assert ("delete_origins", "closed_fields") in [tuple(row) for row in acts]
        assert conn.execute(select(func.count()).select_from(t.setting)).scalar_one() >= 1
    for act in (delete_origins, origin_sums, take_in_again):
        with pytest.raises(Forbidden):
            act(workspace, street.chen)
