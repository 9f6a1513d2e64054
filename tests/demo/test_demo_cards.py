"""The demo's cards, its chat code that is plainly an example, and its street sheets that name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.demo.make import make_demo
from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.cards import Standing
from mapsvc.domain.periods import month_of, months_back
from mapsvc.domain.times import office_day
from mapsvc.operations import chat_code
from mapsvc.operations.card_sheets import card_desk
from mapsvc.operations.street_sheets import draft, list_sheets
from mapsvc.operations.topic_choices import chosen
from mapsvc.operations.workspace import Workspace
from mapsvc.store import tables as t

NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
HOUSE_NUMBER = re.compile(r"\d+号")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    ws = Workspace.open(Settings.load({}, data=str(tmp_path_factory.mktemp("cards"))), clock=lambda: NOW)
    make_demo(ws, seed=1)
    yield ws
    ws.database.close()


def test_most_doors_have_a_printed_card_and_some_need_one(demo: Workspace) -> None:
    lines = card_desk(demo, SYSTEM).lines
    of = {standing: sum(line.standing is standing for line in lines) for standing in Standing}
    assert of[Standing.PRINTED] > 0.75 * len(lines)
    assert of[Standing.UNPRINTED] > 2
    assert of[Standing.NONE] > 5


def test_the_chat_code_is_there_and_some_want_to_be_told(demo: Workspace) -> None:
    photo = chat_code.current(demo)
    assert photo is not None
    assert photo.width_px == photo.height_px >= chat_code.LEAST_SIDE_PX
    with demo.read() as conn:
        assert chosen(conn)["子女入园"] >= 3


def test_last_months_sheet_is_there_and_no_month_of_the_demo_names_anybody(demo: Workspace) -> None:
    [sheet] = list_sheets(demo, SYSTEM)
    assert sheet.title == "2026年10月办结公示"
    assert len(sheet.content.lines) > 5
    with demo.read() as conn:
        people = set(conn.execute(select(t.person.c.name)).scalars()) | set(
            conn.execute(select(t.person.c.phone).where(t.person.c.phone.is_not(None))).scalars()
        )
        signs = set(conn.execute(select(t.tenancy.c.sign_name)).scalars())
        places = set(conn.execute(select(t.place.c.name)).scalars())
    assert len(people) > 200
    told = [str(sheet.content)]
    for month in months_back(month_of(office_day(NOW)), 20):
        told += [line.text for part in draft(demo, SYSTEM, month).parts for line in part.lines]
    whole = "\n".join(told)
    assert len(told) > 100
    assert not [name for name in people | signs | places if name and name in whole]
    assert not HOUSE_NUMBER.findall(whole)
