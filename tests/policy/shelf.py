"""Entries to search: those that came along, one index of them, and one an office might write itself."""

import tomllib
from datetime import date
from functools import lru_cache

from mapsvc.domain.policies import PolicyEntry
from mapsvc.domain.policy_files import from_document
from mapsvc.paths import shipped
from mapsvc.policy.index import Index

FIREWORKS = PolicyEntry(
    id="fireworks",
    topic="其他",
    title="孔明灯和水族箱怎么登记",
    questions=("孔明灯在哪里登记？", "水族箱要不要申报？"),
    answer="一般不可以放，先打电话问。",
    source="办事指南",
    source_date=date(2026, 3, 1),
    tags=("孔明灯", "水族箱"),
)


@lru_cache(maxsize=1)
def entries() -> tuple[PolicyEntry, ...]:
    """As shipped."""
    files = sorted((shipped("layers") / "policies").glob("*.toml"))
    return tuple(from_document(one) for file in files for one in tomllib.loads(file.read_text("utf-8"))["policies"])


@lru_cache(maxsize=1)
def index() -> Index:
    """Of what was shipped."""
    return Index(entries())


def ids(q: str, limit: int = 10) -> list[str]:
    """Of the entries found, the best first."""
    return [hit.entry.id for hit in index().find(q, limit).hits]
