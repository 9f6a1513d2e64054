"""办结公示: nothing in it names a person, a shop, a door or a phone, whatever was recorded; no group points at two."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.kinds import KINDS
from mapsvc.domain.places import SIDE_NAMES
from mapsvc.domain.street_sheets import (
    FEWEST,
    Answered,
    Content,
    DoneCase,
    Facts,
    OpenCase,
    Part,
    without,
    written,
)
from mapsvc.domain.topics import NAMES

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
STREETS = ("岚皋路", "岚皋西路")
CODES = sorted(kind.code for kind in KINDS)
# Everything a sentence is made of, besides numbers.
WORDS = sorted(
    (*STREETS, *SIDE_NAMES.values(), *(kind.name for kind in KINDS), *NAMES, "街区里", "别的事", "各类事", "别的",
     "各类", "诉求", "咨询", "都已办好", "都已修好", "都已清走", "都已疏通", "都已答复", "答应大家的事到期", "都办到了",
     "办到", "还有", "接着办", "还在办", "最晚", "前办好", "过了期", "正在催办", "等条件到了就办", "几件", "几条",
     "的"),
    key=len, reverse=True,
)  # fmt: skip
SAYABLE = re.compile("|".join([*map(re.escape, WORDS), r"\d{1,4}(?:件|条|月|日)", "[，。 ]"]))

anything = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["L0099", "王先生 13812345678", "锦云家纺", "岚皋西路27号", "徐女士", "021-60001234", "岚皋西路"]
)
cases = st.builds(
    DoneCase,
    st.sampled_from(CODES) | anything,
    st.sampled_from((*STREETS, None)) | anything,
    st.sampled_from(("odd", "even", None)) | anything,
    st.sampled_from([f"door {n}" for n in range(6)]) | anything,
    st.booleans(),
)
answers = st.builds(Answered, st.sampled_from(NAMES) | anything, st.sampled_from(["a", "b", "c", "d"]) | anything)
opens = st.builds(
    OpenCase, st.none() | st.integers(-90, 90).map(lambda days: NOW + timedelta(days=days)), st.booleans()
)
facts = st.builds(
    Facts,
    st.lists(cases, max_size=40),
    st.lists(answers, max_size=20),
    st.lists(answers, max_size=20),
    st.integers(0, 40).flatmap(lambda due: st.tuples(st.just(due), st.integers(0, due))),
    st.lists(opens, max_size=9),
)


@given(facts)
def test_a_sheet_is_made_of_our_own_words_and_numbers_alone(told: Facts) -> None:
    for part in written(told, STREETS, NOW):
        for line in part.lines:
            assert SAYABLE.sub("", line.text) == "", line.text


@given(facts)
def test_every_case_is_told_once_and_no_told_group_points_at_fewer_than_three_doors(told: Facts) -> None:
    lines = {line.key: line.text for part in written(told, STREETS, NOW) for line in part.lines}
    of_cases = {key: text for key, text in lines.items() if key.startswith("case:")}
    left = Counter(one.kind for one in told.cases)
    for key in of_cases:
        if key == "case:rest":
            continue
        _, code, where = key.split(":")
        group = [one for one in told.cases if one.kind == code and is_at(one, where, of_cases, code)]
        assert f" {len(group)}件，" in of_cases[key]
        assert not any(one.is_door for one in group) or len({one.spot for one in group}) >= FEWEST
        left[code] -= len(group)
    rest = {code: n for code, n in left.items() if n}
    assert all(n > 0 for n in rest.values())
    assert bool(rest) == ("case:rest" in of_cases)
    # A kind is either told whole or not at all: a rest of it would be what is left beside the groups.
    assert not {key.split(":")[1] for key in of_cases if key != "case:rest"} & rest.keys()


def is_at(one: DoneCase, where: str, told: dict[str, str], code: str) -> bool:
    street = one.street if one.street in STREETS else None
    side = SIDE_NAMES.get(one.side or "", "")
    stretch = f"{street} {side}".strip() if street else "街区里"
    if f"case:{code}:{stretch}" in told:
        return where == stretch
    if street and f"case:{code}:{street}" in told:
        return where == street
    return where == "街区里"


@given(facts)
def test_topics_of_fewer_than_three_askers_are_told_together(told: Facts) -> None:
    for kind, found in (("need", told.needs), ("enquiry", told.enquiries)):
        for part in written(told, STREETS, NOW):
            for line in part.lines:
                if line.key.startswith(f"{kind}:") and not line.key.endswith(":rest"):
                    topic = line.key.partition(":")[2]
                    asked = [one for one in found if one.topic == topic]
                    assert len({one.asker for one in asked}) >= FEWEST
                    assert f" {len(asked)}条，" in line.text


@given(facts)
def test_it_is_kept_as_it_was_written(told: Facts) -> None:
    content = Content("兰田街区", "2026年10月", written(told, STREETS, NOW), "021-60001234")
    assert Content.from_json(content.to_json()) == content


def at_doors(kind: str, street: str, side: str, count: int, first: int = 0) -> list[DoneCase]:
    return [DoneCase(kind, street, side, f"{street}{side}{first + n}", True) for n in range(count)]


def said(*found: DoneCase) -> list[str]:
    return [line.text for part in written(Facts(found), STREETS, NOW) for line in part.lines]


def test_a_stretch_with_three_doors_is_told_by_itself() -> None:
    leaks = at_doors("L0001", "岚皋西路", "odd", 3)
    assert said(*leaks) == ["岚皋西路 单号侧 房屋渗漏 3件，都已修好。"]
    assert said(*leaks, *at_doors("L0001", "岚皋路", "even", 4)) == [
        "岚皋西路 单号侧 房屋渗漏 3件，都已修好。",
        "岚皋路 双号侧 房屋渗漏 4件，都已修好。",
    ]


def test_one_small_stretch_makes_the_whole_kind_coarser() -> None:
    leaks = at_doors("L0001", "岚皋西路", "odd", 9)
    assert said(*leaks, *at_doors("L0001", "岚皋西路", "even", 1)) == ["岚皋西路 房屋渗漏 10件，都已修好。"]
    assert said(*leaks, *at_doors("L0001", "岚皋路", "even", 1)) == ["街区里 房屋渗漏 10件，都已修好。"]
    assert said(*at_doors("L0001", "岚皋路", "even", 2)) == ["街区里 各类事 几件，都已办好。"]
    assert said(*at_doors("L0001", "岚皋路", "even", 2), *at_doors("L0003", "岚皋路", "odd", 1)) == [
        "街区里 各类事 3件，都已办好。"
    ]


def test_the_same_door_three_times_is_one_door() -> None:
    assert said(*at_doors("L0003", "岚皋路", "odd", 1) * 3) == ["街区里 各类事 几件，都已办好。"]


def test_corners_are_nobodys_and_quarrels_are_told_for_the_whole_block() -> None:
    assert said(DoneCase("06010", "岚皋路", "even", "corner", False)) == ["岚皋路 双号侧 暴露垃圾 1件，都已清走。"]
    assert said(*at_doors("L0002", "岚皋路", "odd", 5)) == ["街区里 邻里商户纠纷 5件，都已办好。"]


@pytest.mark.parametrize(
    ("promises", "told"),
    [((0, 0), []), ((5, 5), ["答应大家的事到期5件，都办到了。"]),
     ((5, 3), ["答应大家的事到期5件，办到3件，还有2件接着办。"])],
)  # fmt: skip
def test_promises_are_counts(promises: tuple[int, int], told: list[str]) -> None:
    parts = written(Facts(promises=promises), STREETS, NOW)
    assert [line.text for part in parts for line in part.lines] == told


def test_what_is_open_stands_in_one_line_with_its_day() -> None:
    open_ = [OpenCase(NOW + timedelta(days=9)), OpenCase(NOW - timedelta(days=1)), OpenCase(NOW, True), OpenCase(None)]
    [part] = written(Facts(open=open_), STREETS, NOW)
    assert [line.text for line in part.lines] == [
        "还在办4件，1件最晚12月2日前办好，1件过了期，正在催办，1件等条件到了就办。"
    ]


def test_a_sentence_left_out_is_gone_and_an_empty_part_with_it() -> None:
    parts = written(Facts(at_doors("L0001", "岚皋路", "odd", 3), promises=(2, 2)), STREETS, NOW)
    assert without(parts, ["promises"]) == (Part("答应的", parts[1].lines),)
    assert without(parts, []) == ()
