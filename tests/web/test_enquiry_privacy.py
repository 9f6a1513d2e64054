"""Every address in every role: words said on a card's page stand before nobody but the secretary and its worker."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations import enquiry_steps, publish
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within, thank_within
from mapsvc.operations.exports import export_ledger
from tests.support.street import Street, build, uid
from tests.web.api.test_roles import WAYS

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace
    from tests.support.client import ClientOf, SignedClient
    from tests.support.clock import FixedClock

ASKED, SAID, NAME, THANKS = "甲乙丙丁戊己", "庚辛壬癸子丑", "寅卯辰女士", "巳午未申酉戌"
SECRETS = (ASKED, SAID, NAME, THANKS, "13912340000")


@pytest.fixture
def street(workspace: Workspace, clock: FixedClock) -> Street:
    """27号 asked twice on its card: one was answered and thanked for, one waits."""
    people = build(workspace)
    card = make_card(workspace, SYSTEM, "LT0001")
    with workspace.write() as conn:
        told = {"card_id": card.id, "contact_name": NAME, "contact_phone": "13912340000"}
        first, _ = (
            ask_within(conn, workspace, SYSTEM, NewEnquiry(uid(name), f"居住证{ASKED}{name}", clock(), **told))  # type: ignore[arg-type]
            for name in ("first", "second")
        )
    clock.advance(hours=1)
    enquiry_steps.answer(workspace, people.secretary, first.id, SAID, first.version)
    with workspace.write() as conn:
        thank_within(conn, SYSTEM, uid("thanks"), card.id, THANKS, clock())
    return people


def read(client: SignedClient) -> str:
    """All that can be read at the addresses of GET routes, and the enquiries' own."""
    plain = [w.address for w in WAYS.values() if w.json is None and w.form is None and "$" not in w.address]
    own = [f"/enquiries/{uid(name)}" for name in ("first", "second")]
    extra = ["/desk/enquiries", "/desk/enquiries_overdue", "/api/v1/shops/LT0001/history", "/api/v1/search?q=居住证"]
    return "".join(client.get(a).get_data().decode("utf-8", "replace") for a in sorted({*plain, *own, *extra}))


@pytest.mark.parametrize("role", ["office", "committee", "property", "volunteer", "admin"])
def test_others_find_no_word_anywhere(client_of: ClientOf, street: Street, role: str) -> None:
    told = read(client_of(role))
    assert [secret for secret in SECRETS if secret in told] == []


def test_of_two_workers_one_finds_them(client_of: ClientOf, street: Street, workspace: Workspace) -> None:
    mine, others = (read(client_of("worker", login=name)) for name in ("小陈", "小周"))
    assert all(secret in mine for secret in (ASKED, SAID, NAME, THANKS))
    assert [secret for secret in SECRETS if secret in others] == []
    assert "咨询1件" in others


def test_no_file_takes_them_along(client_of: ClientOf, street: Street, workspace: Workspace) -> None:
    for reason in (None, "核对"):
        out = io.BytesIO()
        export_ledger(workspace, street.secretary, out, reason=reason)
        cells = [str(c) for sheet in load_workbook(out) for row in sheet.iter_rows(values_only=True) for c in row]
        assert not [secret for secret in SECRETS if any(secret in cell for cell in cells)]
    copied = str(publish.plain(workspace))
    assert not [secret for secret in SECRETS if secret in copied]
    taken = client_of("worker", login="小陈").get("/api/v1/today").text
    assert not [secret for secret in SECRETS if secret in taken]


def test_a_workbook_that_comes_in_meets_none_of_them(workspace: Workspace, street: Street, tmp_path: object) -> None:
    from mapsvc.operations.imports import import_ledger
    from tests.support.workbook import write_workbook

    row = {"咨询时间": "2026/11/23 09:00", "商铺编号": "LT0001", "问题": "别的", "政策主题": "居住证积分"}
    file = write_workbook(tmp_path / "in.xlsx", {"咨询台账": [row]})  # type: ignore[operator]
    told = import_ledger(workspace, street.office, file)
    assert not [secret for secret in SECRETS if secret in str(told)]
    assert told.sheets["咨询台账"].added == 1 and told.conflict_count == 0
