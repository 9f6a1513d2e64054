"""What is laid out for the public surface: one's own matters in three lines, and nothing that is anybody else's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.promises import Promise
from mapsvc.domain.surface import Layout
from mapsvc.domain.times import office_day
from mapsvc.operations import enquiry_steps
from mapsvc.operations.exchange.layout import digest_of, lay_out
from mapsvc.operations.exchange.rounds import exchange
from mapsvc.operations.policies import entries_in_force
from mapsvc.operations.surface.post import answer_letter
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Workspace
from mapsvc.store import promises, tables
from tests.support.clock import FixedClock
from tests.support.exchange import KEY, Both
from tests.support.street import uid


def laid(both: Both) -> Layout:
    """The layout of this moment."""
    with both.ws.read() as conn:
        return lay_out(conn, both.ws, both.ws.clock())[0]


def promise(both: Both, text: str, shop: str = "LT0001", **more: object) -> None:
    """Something promised at a door."""
    at = both.ws.clock()
    values = {"tenancy_id": uid(f"ten {shop}"), "due_at": at + timedelta(days=1)} | more
    with both.ws.write() as conn:
        promises.add_many(conn, [Promise(uid(text), uid(shop), text, at, **values)])  # type: ignore[arg-type]


def titles(both: Both, shop_door: str = "岚皋西路27号") -> list[str]:
    """First lines of a card's matters."""
    return [m.title for card in laid(both).cards if card.door == shop_door for m in card.matters]


def test_a_card_shows_door_number_and_worker_and_no_merchant(both: Both) -> None:
    told = repr(laid(both))
    card = next(c for c in laid(both).cards if c.door == "岚皋西路27号")
    assert (card.worker, card.number[:3]) == ("小陈", "LX-")
    for secret in ("徐女士", "13812345678", "锦云家纺", "LT0001", "刘小燕", both.own.token, both.own.id):
        assert secret not in told


def test_each_shop_has_its_own_matters_only(both: Both) -> None:
    both.ask("27号问的")
    both.ask("29号问的", card=both.other)
    both.exchange()
    promise(both, "答应27号的")
    promise(both, "答应29号的", "LT0002")
    assert sorted(titles(both)) == ["27号问的", "答应27号的"]
    assert sorted(titles(both, "岚皋西路29号")) == ["29号问的", "答应29号的"]


def test_what_was_promised_to_who_ran_it_before_is_not_told(both: Both) -> None:
    promise(both, "答应前一家的", tenancy_id=None)
    promise(both, "撤回了的", withdrawn_at=both.ws.clock())
    assert titles(both) == []


def test_names_and_numbers_are_taken_out_of_every_line(both: Both) -> None:
    promise(both, "给徐女士回电13812345678")
    said = both.ask("我是徐女士，电话13812345678，请问")
    both.exchange()
    enquiry_steps.answer(both.ws, both.people.secretary, said.id, "徐女士您好，已打13812345678。", 0)
    told = repr(laid(both))
    assert "徐女士" not in told
    assert "13812345678" not in told
    assert "店主您好" in told


def test_what_is_settled_stays_sixty_days(both: Both, clock: FixedClock) -> None:
    promise(both, "办好了的", kept_at=clock())
    said = both.ask("答过的")
    both.exchange()
    enquiry_steps.answer(both.ws, both.people.secretary, said.id, "答复。", 0)
    clock.advance(days=59)
    assert sorted(titles(both)) == ["办好了的", "答过的"]
    clock.advance(days=2)
    assert titles(both) == []


def test_what_runs_late_says_so(both: Both, clock: FixedClock) -> None:
    both.ask("晚了的")
    both.exchange()
    clock.advance(days=5)
    [card] = [c for c in laid(both).cards if c.matters]
    assert "晚了，还在办" in card.matters[0].state


def test_hours_kinds_and_topics_go_along(both: Both) -> None:
    told = laid(both)
    assert [name for _, name in told.kinds[:6]] == [
        "房屋渗漏", "暴露垃圾", "跨门经营", "油烟扰民", "邻里纠纷", "消防隐患",
    ]  # fmt: skip
    assert len(told.kinds) == len({code for code, _ in told.kinds}) > 20
    assert "其他" not in told.topics
    assert len(told.working_spans) == 20
    assert all(b - a == timedelta(hours=8) for a, b in told.working_spans)
    assert {entry["id"] for entry in told.policies} >= {"kindergarten"}


def test_the_layout_is_sent_again_only_when_something_changed(both: Both, clock: FixedClock) -> None:
    sizes: list[int] = []

    def counting(raw: bytes) -> bytes:
        sizes.append(len(raw))
        return both.deliver(raw)

    both.exchange(counting)
    clock.advance(minutes=2)
    before = digest_of(laid(both))
    both.exchange(counting)
    assert digest_of(laid(both)) == before
    assert sizes[0] > 10_000 > 1_000 > sizes[-1]


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demo's office."""
    folder = tmp_path_factory.mktemp("layout") / "data"
    shutil.copytree(demo_folder, folder)
    ws = Workspace.open(Settings(data=folder, surface_key=KEY, surface_url="https://public.example"))
    yield ws
    ws.database.close()


@pytest.fixture(scope="module")
def written(demo: Workspace, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Every byte that the public surface keeps of the demo."""
    space = Space.open(Settings(data=tmp_path_factory.mktemp("public") / "data", surface_key=KEY))
    exchange(demo, SYSTEM, lambda raw: answer_letter(space, raw))
    space.database.close()
    return b"".join(file.read_bytes() for file in sorted(space.folder.rglob("*")) if file.is_file())


def column(ws: Workspace, table: Table, name: str) -> set[str]:
    """Every text in a column."""
    with ws.read() as conn:
        return {str(value) for value in conn.execute(select(table.c[name])).scalars() if value}


def found(words: set[str], raw: bytes) -> list[str]:
    """Which of these stand in the bytes, as UTF-8 or as JSON escapes it."""
    return sorted(w for w in words if w.encode() in raw or w.encode("unicode_escape") in raw)


def test_the_public_store_holds_what_it_shows(demo: Workspace, written: bytes) -> None:
    assert found({"岚皋西路27号", "房屋渗漏"}, written) == ["岚皋西路27号", "房屋渗漏"]
    assert len(found(column(demo, tables.location, "address"), written)) > 100


def test_no_token_that_opens_anything_is_kept(demo: Workspace, written: bytes) -> None:
    tokens = column(demo, tables.card, "token") | column(demo, tables.work_order, "token")
    assert len(tokens) > 100
    assert found(tokens, written) == []


def test_no_merchant_is_named_and_no_number_kept(demo: Workspace, written: bytes) -> None:
    with demo.read() as conn:
        person = tables.person
        rows = list(conn.execute(select(person.c.name, person.c.phone, person.c.kind)))
    merchants = {r.name for r in rows if r.kind == "merchant" and r.name and len(r.name) > 1}
    phones = {r.phone for r in rows if r.phone}
    assert len(merchants) > 30
    assert len(phones) > 50
    assert found(merchants | phones, written) == []


def test_no_account_is_kept(demo: Workspace, written: bytes) -> None:
    accounts = column(demo, tables.account, "password_hash") | column(demo, tables.account, "id")
    assert accounts
    assert found(accounts, written) == []


def test_no_history_and_no_sign_is_kept(demo: Workspace, written: bytes) -> None:
    """What was written about shops, and the names over their doors."""
    own = {
        (tables.visit, "note"), (tables.need, "text"), (tables.case_note, "text"), (tables.ticket, "text"),
        (tables.case_step, "reason"), (tables.contact_attempt, "note"), (tables.council, "summary"),
        (tables.tenancy, "sign_name"),
    }  # fmt: skip
    words = {w for table, name in own if name in table.c for w in column(demo, table, name) if len(w) > 3}
    shown = {*column(demo, tables.promise, "text"), *column(demo, tables.enquiry, "text")}
    words = {w for w in words if not any(w in s for s in shown)}
    assert len(words) > 100
    assert found(words, written) == []


def test_what_is_imported_or_asked_by_other_ways_is_not_kept(demo: Workspace, written: bytes) -> None:
    with demo.read() as conn:
        asked = list(conn.execute(select(tables.enquiry.c.text, tables.enquiry.c.card_id)))
        policies = repr(entries_in_force(conn, office_day(demo.clock())))
    on_cards = {row.text for row in asked if row.card_id}
    others = {row.text for row in asked if not row.card_id and len(row.text) > 7 and row.text not in policies}
    others -= {w for w in others if any(w in s for s in on_cards)}
    assert len(others) > 10
    assert found(others, written) == []
