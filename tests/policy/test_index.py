"""A question finds its answer: by words that mean the same, by pinyin, with errors; or nothing is claimed."""

import subprocess
import sys

import pytest

from mapsvc.domain.policies import PolicyEntry
from mapsvc.policy.index import Found, Index
from tests.policy.shelf import FIREWORKS, entries, ids, index


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_an_entry_is_found_first_by_its_own_title(entry: PolicyEntry) -> None:
    assert ids(entry.title)[0] == entry.id


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_an_entry_is_among_the_first_three_for_each_of_its_questions(entry: PolicyEntry) -> None:
    missed = [question for question in entry.questions if entry.id not in ids(question, 3)]
    assert not missed


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_the_question_that_was_asked_is_the_one_shown(entry: PolicyEntry) -> None:
    shown = {hit.entry.id: hit.question for q in entry.questions for hit in index().find(q).hits if q == hit.question}
    assert entry.id in shown


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("娃上幼儿园要啥", "kindergarten"),
        ("健康正过期了咋办", "food_licence"),
        ("房东要涨价我能不搬吗", "rent_rise"),
        ("门口放两张桌子行不行", "outdoor_placing"),
        ("招牌换一块要批吗", "shop_sign"),
        ("跳闸了找谁", "power"),
        ("小孩读书", "school"),
        ("照子上要换成儿子的名字", "licence_change"),
    ],
)
def test_what_merchants_say_finds_what_offices_write(q: str, first: str) -> None:
    assert ids(q)[0] == first


@pytest.mark.parametrize(
    ("q", "first", "meant"),
    [
        ("youeryuan baoming", "kindergarten", "幼儿园报名"),
        ("yeyuan baoming", "kindergarten", "幼儿园报名"),
        ("youeryaun baoming", "kindergarten", "幼儿园报名"),
        ("jiankangzheng guoqi", "food_licence", "健康证过期"),
        ("jkz过期", "food_licence", "健康证过期"),
        ("yyzz biangeng", "licence_change", "营业执照变更"),
        ("营业zz变更", "licence_change", "营业执照变更"),
        ("zupin xieyi daoqi fangdong zhangzu", "rent_rise", None),
    ],
)
def test_pinyin_is_read_in_full_in_short_and_mixed_and_told_as_what_was_meant(
    q: str, first: str, meant: str | None
) -> None:
    found = index().find(q)
    assert found.hits[0].entry.id == first
    assert meant is None or found.meant == meant


@pytest.mark.parametrize(
    ("q", "first", "meant"),
    [
        ("营业直照变更", "licence_change", "营业执照变更"),
        ("营业执执照变更", "licence_change", "营业执照变更"),
        ("营执业照变更", "licence_change", "营业执照变更"),
        ("业执照变更", "licence_change", "营业执照变更"),
        ("建康证过期", "food_licence", "健康证过期"),
        ("房东要长房租", "rent_rise", "房东要涨房租"),
    ],
)
def test_a_wrong_doubled_swapped_or_missing_character_is_mended_and_said(q: str, first: str, meant: str) -> None:
    found = index().find(q)
    assert found.hits[0].entry.id == first
    assert found.meant == meant


@pytest.mark.parametrize(
    "q", ["营业执照变更", "店里老跳闸怎么办？", "外地户口的小孩能在这边上幼儿园吗？", "灭火器要配几个"]
)
def test_nothing_else_is_meant_where_nothing_was_mistyped(q: str) -> None:
    assert index().find(q).meant is None


@pytest.mark.parametrize("q", ["", "   ", "？！……", "🙂🙂", "怎么办", "请问一下"])
def test_what_asks_for_nothing_finds_nothing(q: str) -> None:
    assert index().find(q) == Found(())


@pytest.mark.parametrize(
    "q",
    ["今天天气怎么样", "附近哪里有厕所", "哪家火锅好吃", "护照怎么办理", "手机号怎么转网", "给我讲个笑话", "123456"],
)
def test_of_what_no_entry_answers_nothing_is_claimed_surely(q: str) -> None:
    assert not index().find(q).is_sure


@pytest.mark.parametrize("q", ["健康证过期了怎么办", "油烟净化器多久洗一次", "jkz guoqi"])
def test_of_what_one_entry_plainly_answers_it_is_sure(q: str) -> None:
    assert index().find(q).is_sure


def test_two_entries_that_answer_alike_make_neither_sure() -> None:
    twin = Index([FIREWORKS, PolicyEntry(**{**FIREWORKS.__dict__, "id": "twin"})])
    found = twin.find("孔明灯在哪里登记？")
    assert [hit.entry.id for hit in found.hits] == ["fireworks", "twin"]
    assert not found.is_sure


@pytest.mark.parametrize("q", ["孔明灯", "水族箱要申报吗", "kongmingdeng", "空明灯", "水族厢", "KMD登记"])
def test_words_that_only_an_own_entry_knows_are_found_all_the_same(q: str) -> None:
    own = Index([*entries(), FIREWORKS])
    assert own.find(q).hits[0].entry.id == "fireworks"


def test_without_entries_nothing_is_found() -> None:
    assert Index(()).find("健康证") == Found(())


def test_reading_pinyin_is_loaded_only_when_somebody_indexes() -> None:
    said = "import sys, mapsvc.policy.index; print('pypinyin' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
