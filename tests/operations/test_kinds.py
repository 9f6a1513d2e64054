"""What is typed suggests the kind: in any spelling people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.kinds import KINDS, OTHER
from mapsvc.operations.kinds import suggest_kind


@pytest.mark.parametrize("kind", [k for k in KINDS if k.code != OTHER], ids=lambda k: k.name)
def test_every_name_and_synonym_suggests_its_kind_first(kind) -> None:  # type: ignore[no-untyped-def]
    for word in (kind.name, kind.short_name):
        assert suggest_kind(word)[0].kind is kind
    for word in kind.synonyms:
        assert kind in [s.kind for s in suggest_kind(f"门口{word}了")]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("楼上漏水到吊顶", "渗漏水"),
        ("楼水", "渗漏水"),
        ("loushui", "渗漏水"),
        ("ＬＯＵＳＨＵＩ", "渗漏水"),
        ("ls", "渗漏水"),
        ("垃圾桶满了没人收", "桶满溢"),
        ("拉圾", "暴露垃圾"),
        ("跨们经营", "跨门经营"),
        ("灭伙器过期", "消防隐患"),
        ("煤汽罐", "燃气"),
        ("feixian", "飞线充电"),
        ("飞 线", "飞线充电"),
        ("公想单车", "非机动车"),
        ("违挺", "机动车违停"),
    ],
)
def test_misspellings_and_pinyin_are_understood(typed: str, name: str) -> None:
    assert suggest_kind(typed)[0].kind.short_name == name


def test_what_means_nothing_suggests_nothing() -> None:
    assert [suggest_kind(t) for t in ("", " ", "！？", "abcdef", "今天天气")] == [()] * 5


@given(st.text(max_size=60))
def test_whatever_is_typed_is_ranked_and_short(typed: str) -> None:
    found = suggest_kind(typed)
    assert len(found) <= 3
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert len({s.kind.code for s in found}) == len(found)
