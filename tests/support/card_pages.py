"""A public surface with a few cards laid out, as the inside would have sent them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mapsvc.domain.surface import LaidCard, Matter, MatterKind, Said, key_of
from mapsvc.operations.surface.limits import Doorkeeper
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import cards, facts, outbox, policies
from mapsvc.store.surface.documents import time_text
from tests.support.clock import FixedClock

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

TOKEN, OTHER_TOKEN = "Zx8" * 10 + "_7", "Qm3" * 10 + "-5"
ADDRESS, OTHER_ADDRESS = f"/c/{TOKEN}", f"/c/{OTHER_TOKEN}"
KINDS = [
    ["L0001", "房屋渗漏"],
    ["06010", "暴露垃圾"],
    ["09005", "跨门经营"],
    ["L0003", "油烟扰民"],
    ["L0002", "邻里纠纷"],
    ["L0005", "消防隐患"],
    ["L0004", "机动车违停"],
    ["L0013", "积水"],
    ["L0099", "其他"],
]
TOPICS = ["证照办理", "子女入园", "子女入学", "居住证积分", "社保用工", "外摆店招", "垃圾清运", "消防安全"]
OFFICE = {
    "office_name": "石泉路街道",
    "block_name": "兰田街区",
    "office_phone": "021-52160000",
    "secretary_name": "王书记",
    "worker_label": "走访人",
    "is_demo": True,
}


def policy(policy_id: str, topic: str, question: str, **more: Any) -> dict[str, Any]:
    """An entry as it is sent."""
    return {
        "id": policy_id,
        "topic": topic,
        "title": question.rstrip("？"),
        "questions": [question],
        "answer": f"{question}先看通知，再带材料去窗口。",
        "source": "区教育局当年通知",
        "source_date": "2026-03-02",
    } | more


KINDERGARTEN = policy(
    "kindergarten",
    "子女入园",
    "孩子入园要哪些材料？",
    conditions=[{"text": "居住证在有效期里", "before": "上一年12月31日前", "hint": "快到期的先续"}],
    materials=["户口簿或居住证", "预防接种证"],
    steps=["先网上登记", "再带材料核验"],
    search_words=["入园登记"],
    counters=[{"name": "受理中心", "address": "石泉路1号", "hours": "周一到周六9:00–16:30", "phone": "021-52160001"}],
    is_sample=True,
)
POLICIES = [
    KINDERGARTEN,
    policy("residence", "居住证积分", "居住证怎么办？"),
    policy("licence", "证照办理", "营业执照变更怎么办？"),
    policy("sign", "外摆店招", "换招牌要审批吗？"),
]


def matters(now: datetime) -> tuple[Matter, ...]:
    """Of 27号: a case that is handled, a question that is answered, one that is not."""
    return (
        Matter("case-1", MatterKind.REPORT, "灭火器过期", "处理中 · 11月24日17:00前办好", "", now, None, "L0005"),
        Matter(
            "ask-1",
            MatterKind.ASK,
            "居住证要续吗",
            "已答复",
            "到期前三十天续。",
            now,
            can_rate=True,
            source="区人社局",
        ),
        Matter("ask-2", MatterKind.ASK, "孩子入园要哪些材料", "周五前回话", "", now),
    )


def laid(token: str, door: str, number: str, **more: Any) -> LaidCard:
    """A card as it is laid out."""
    return LaidCard(key_of(token), number, door, "陈晓岚", **more)


def lay_out(space: Space, some: list[LaidCard], serial: int = 1) -> None:
    """Put a layout in place."""
    day = space.clock().astimezone(UTC).replace(hour=1, minute=0, second=0, microsecond=0)
    spans = [(day + timedelta(days=n), day + timedelta(days=n, hours=8)) for n in range(7)]
    with space.write() as conn:
        cards.replace_all(conn, some)
        policies.replace_all(conn, POLICIES)
        facts.put(conn, facts.OFFICE, OFFICE)
        facts.put(conn, facts.KINDS, KINDS)
        facts.put(conn, facts.TOPICS, TOPICS)
        facts.put(conn, facts.WORKING, [[time_text(a), time_text(b)] for a, b in spans])
        facts.put(conn, facts.LAYOUT, serial)
        facts.put(conn, facts.LAST_SEEN, time_text(space.clock()))


def two_cards(space: Space) -> None:
    """Two doors: 27号 with matters, 31号 without."""
    with_matters = laid(TOKEN, "岚皋西路27号", "LX-0127-K4", matters=matters(space.clock()))
    lay_out(space, [with_matters, laid(OTHER_TOKEN, "岚皋西路31号", "LX-0131-M2")])


def value_of(page: str, name: str) -> str:
    """The value a page puts into a field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


@dataclass
class Waits:
    """Stands in for sleeping: how long was waited, and by how many at once at most."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class PublicStreet:
    """A public surface with two cards, and phones in front of it."""

    space: Space
    clock: FixedClock
    app: Flask
    waits: Waits

    def phone(self) -> FlaskClient:
        """A phone that was never here."""
        return self.app.test_client()

    def said(self, token: str = TOKEN) -> list[Said]:
        """What waits to be picked up of a card."""
        with self.space.read() as conn:
            return outbox.waiting_of_key(conn, key_of(token))


_built: list[tuple[Flask, dict[str, Any]]] = []


@pytest.fixture
def public_street(space: Space, clock: FixedClock) -> PublicStreet:
    """The pages of cards in front of two cards; nobody really waits.

    Built once for all tests of a process: what belongs to a surface stands in the extensions.
    """
    from mapsvc.app import create_public_app
    from mapsvc.web.public import context, door

    two_cards(space)
    if not _built:
        made = create_public_app(space)
        _built.append((made, dict(made.extensions)))
    app, extensions = _built[0]
    waits = Waits()
    app.extensions.clear()
    app.extensions.update(extensions | {context.EXTENSION: space, door.EXTENSION: Doorkeeper.of(space, waits)})
    return PublicStreet(space, clock, app, waits)
