"""Search: Chinese, pinyin, codes and numbers; the same hits in the same order on both databases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.store import search
from mapsvc.store.database import Database
from mapsvc.store.search import Entry
from mapsvc.store.tokens import query_of, tokens_of

ENTRIES = [
    Entry("shop", "s-1", "悦又来面馆", "岚皋西路270号", "LT0001"),
    Entry("shop", "s-2", "橙子水果", "岚皋西路27号", "LT0002"),
    Entry("shop", "s-3", "好邻灯具", "岚皋路27号", "LT0003"),
    Entry("shop", "s-4", "岚西杂货(27号)", "岚皋西路２７号底层", "LT0030"),
    Entry("place", "p-1", "橙子公寓旁空地", "空地", "PD0001"),
    Entry("case", "c-1", "渗漏水", "岚皋西路27号", "WT00136"),
    Entry("shop", "s-5", "A-1 Café", "石泉路1e5号", "LT0099"),
]


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as conn:
        search.index_many(conn, ENTRIES)
    return database


def found(database: Database, q: str, **how: object) -> list[str]:
    with database.read() as conn:
        return [hit.ref for hit in search.find(conn, q, **how)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("q", "refs"),
    [
        ("yyl", ["s-1"]),
        ("YYLMG", ["s-1"]),
        ("youlai", ["s-1"]),
        ("橙子", ["s-2", "p-1"]),
        ("cheng zi", ["s-2", "p-1"]),
        ("chengzi", ["s-2", "p-1"]),
        ("chengzig", ["p-1"]),
        ("czgy", ["p-1"]),
        ("岚皋西路27", ["s-2", "s-4", "c-1", "s-1"]),
        ("岚皋西路２７号", ["s-2", "s-4", "c-1"]),
        ("LT0003", ["s-3"]),
        ("lt000", ["s-3", "s-2", "s-1"]),
        ("WT00136", ["c-1"]),
        ("136", ["c-1"]),
        ("漏", ["c-1"]),
        ("面馆 岚皋西路", ["s-1"]),
        ("灯具 橙子", []),
        ("a-1 café", ["s-5"]),
        ("1e5", ["s-5"]),
        ("", []),
        ("'\"*():&|!<->\\", []),
        ("没有这家", []),
    ],
)
def test_what_is_typed_is_found(filled: Database, q: str, refs: list[str]) -> None:
    assert found(filled, q) == refs


def test_the_whole_code_comes_before_names_that_hold_it(filled: Database) -> None:
    with filled.write() as conn:
        search.index(conn, kind="shop", ref="s-9", title="LT0003 隔壁", code="LT0100")
    assert found(filled, "lt0003") == ["s-3", "s-9"]


def test_hits_can_be_limited_in_number_and_kind(filled: Database) -> None:
    assert found(filled, "橙子", limit=1) == ["s-2"]
    assert found(filled, "橙子", kinds=["place"]) == ["p-1"]


def test_a_new_name_replaces_the_old(filled: Database) -> None:
    with filled.write() as conn:
        search.index(conn, kind="shop", ref="s-2", title="柚子水果", subtitle="岚皋西路27号", code="LT0002")
    assert found(filled, "橙子") == ["p-1"]
    assert found(filled, "yzsg") == ["s-2"]


def test_what_was_removed_is_not_found(filled: Database) -> None:
    with filled.write() as conn:
        search.remove(conn, "place", ["p-1", "p-none"])
    assert found(filled, "橙子") == ["s-2"]


def test_the_index_agrees_with_its_entries_after_changes(filled: Database) -> None:
    with filled.write() as conn:
        search.index_many(conn, [Entry("shop", "s-1", "又来一家"), *ENTRIES[2:]])
        search.remove(conn, "shop", ["s-2"])
        if filled.is_sqlite:
            conn.exec_driver_sql("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
        search.rebuild(conn)
    assert found(filled, "又来") == ["s-1"]


def test_people_are_not_indexed(database: Database) -> None:
    with pytest.raises(ValueError, match="person"), database.write() as conn:
        search.index(conn, kind="person", ref="p", title="王先生")


def test_a_mobile_number_on_a_sign_is_not_findable(database: Database) -> None:
    with database.write() as conn:
        search.index(conn, kind="shop", ref="s-1", title="开锁13812345678")
    assert found(database, "13812345678") == []
    assert found(database, "开锁") == ["s-1"]


han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FCC), min_size=2, max_size=8)


@given(han, han)
def test_every_pair_of_a_name_or_address_is_a_token(title: str, address: str) -> None:
    tokens = set(tokens_of(title, address))
    for told in (title, address):
        assert {told[i : i + 2] for i in range(len(told) - 1)} <= tokens
        assert {token for token, _ in query_of(told)} <= tokens


@given(st.text(max_size=30))
def test_tokens_never_need_quoting(told: str) -> None:
    for token in (*tokens_of(told, told), *(token for token, _ in query_of(told))):
        assert token
        assert not set(token) & set(" \t\n\"'\\\\*:&|!()<>"), token


@settings(max_examples=20)
@given(st.lists(han, min_size=1, max_size=5, unique=True))
def test_a_query_finds_what_was_indexed_whole(names: list[str]) -> None:
    for name in names:
        tokens = set(tokens_of(name))
        for at in range(len(name)):
            for end in range(at + 1, len(name) + 1):
                assert {token for token, _ in query_of(name[at:end])} <= tokens
