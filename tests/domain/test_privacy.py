"""Names and phones are masked in one place, however they are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.domain.people import Person, PersonKind
from mapsvc.domain.privacy import (
    Leavers,
    has_phone,
    mask_name,
    mask_phone,
    mask_phones_in,
    visible_person,
    visible_text,
)

MERCHANT = Person("m", PersonKind.MERCHANT, "刘小燕", phone="17500001111")
CHEN = Actor("chen", "小陈", Role.WORKER)


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("\uff11\uff13812345678", "138****5678"),
        ("021-60004636", "021-****36"),
        ("0512-66666666", "0512-****66"),
        ("没有", "****"),
        ("", "****"),
    ],
)
def test_a_phone_shows_its_ends_only(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "138\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "138.1234.5678",
        "021-60004636",
        "(021)60004636",
        "02160004636",
        "一三八一二三四五六七八",
        "310107199001011234",
    ],
)
def test_every_phone_in_free_text_is_masked_however_written(written: str) -> None:
    masked = mask_phones_in(f"房东电话{written},也可打{written}。")
    assert written not in masked
    assert masked.startswith("房东电话")
    assert masked.count("*") >= 8
    assert not has_phone(masked)


@pytest.mark.parametrize(
    "text",
    [
        "案卷 XJ20261123-001",
        "工单 SH202608071000",
        "赔偿1860元",
        "岚皋西路27号",
        "2026年11月23日 08:40",
        "面积120.5平方米",
        "WT00136",
    ],
)
def test_numbers_that_are_no_phones_stay(text: str) -> None:
    assert mask_phones_in(text) == text


@given(st.text(alphabet="0123456789 -,电话王,", max_size=60))
def test_no_mobile_number_survives_masking(text: str) -> None:
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", mask_phones_in(text))


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask_phones_in(text)
    assert mask_phones_in(once) == once


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王先生", "王先生"),
        ("徐女士", "徐女士"),
        ("王小明", "王**"),
        ("李四", "李**"),
        ("公寓管理方", "公寓管理方"),
        ("申城物业", "申城物业"),
        ("", ""),
    ],
)
def test_a_form_of_address_stays_and_a_name_becomes_its_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_who_looks_after_a_shop_sees_the_name_others_the_surname_nobody_the_number() -> None:
    seen = {actor.name: visible_person(actor, MERCHANT, "chen") for actor in (CHEN, Actor("zhou", "小周", Role.WORKER))}
    own, other = seen["小陈"], seen["小周"]
    assert own is not None
    assert other is not None
    assert (own.name, own.phone, own.may_see_phone) == ("刘小燕", "175****1111", True)
    assert (other.name, other.phone, other.may_see_phone) == ("刘**", "175****1111", False)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.COMMITTEE, Role.PROPERTY, Role.VOLUNTEER, Role.ADMIN])
def test_other_roles_see_no_phone_in_text(role: Role) -> None:
    text = "打17500001111找她"
    assert visible_text(Actor("x", "某人", role), text, "chen") == "打175****1111找她"
    assert visible_text(CHEN, text, "chen") == visible_text(SYSTEM, text, None) == text


def test_an_erased_person_is_nobody() -> None:
    from dataclasses import replace
    from datetime import UTC, datetime

    gone = replace(MERCHANT, erased_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert visible_person(SYSTEM, gone, None) is None
    assert visible_person(SYSTEM, None, None) is None


def test_who_left_is_named_in_no_text() -> None:
    left = Leavers.of(["刘小燕", "刘小燕燕", "经营者", "王"], ["175-0000-1111", "", "62345678"])
    assert left.hide("刘小燕燕和刘小燕说经营者姓王") == "前店主和前店主说经营者姓王"
    assert left.hide("打175 0000 1111或６２３４５６７８，不是9175000011112") == "打175****1111或****，不是9175000011112"
    assert left.hide("刘小燕", "前店主****") == "前店主****"


def test_who_is_still_there_keeps_the_name() -> None:
    assert Leavers.of(["徐女士"], ["13812345678"], ["徐女士", "13812345678"]) == Leavers()


@given(st.text(), st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_a_text_that_names_nobody_stays_to_the_letter(text: str, names: list[str], phones: list[str]) -> None:
    left = Leavers.of(names, phones)
    hidden = left.hide(text)
    if not any(name in text for name in left.names) and not any(c.isdecimal() for c in text):
        assert hidden == text
    assert not any(name in hidden.replace("前店主", "\0") for name in left.names)
