"""How much may be said with one card: a limit for a source, a fold for a card, a bound for the store."""

from __future__ import annotations

import io

import pytest

from mapsvc.domain import surface_limits as rules
from mapsvc.domain.surface_limits import Weight
from tests.support.card_pages import ADDRESS, OTHER_ADDRESS, PublicStreet


def test_one_source_says_so_much_in_an_hour_and_no_more(public_street: PublicStreet) -> None:
    phone, other = public_street.phone(), {"REMOTE_ADDR": "203.0.113.9"}
    for n in range(rules.AN_HOUR[Weight.WORDS]):
        assert phone.post(f"{ADDRESS}/ask", data={"text": f"第{n}问"}).status_code == 303
    answer = phone.post(f"{ADDRESS}/ask", data={"text": "再问一句", "q": "入园"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "3600"
    assert ">\n再问一句</textarea>" in page and "请过一会儿再发" in page and "021-52160000" in page
    # The same card from elsewhere, the same source with another card: both go on.
    assert phone.post(f"{ADDRESS}/ask", data={"text": "家里问"}, environ_base=other).status_code == 303
    assert phone.post(f"{OTHER_ADDRESS}/ask", data={"text": "隔壁问"}).status_code == 303
    assert phone.post(f"{ADDRESS}/times", data={"time": "morning"}).status_code == 303
    public_street.clock.advance(minutes=61)
    assert phone.post(f"{ADDRESS}/ask", data={"text": "过了一小时"}).status_code == 303


def test_beyond_the_usual_of_a_day_it_is_taken_and_laid_aside(public_street: PublicStreet) -> None:
    for n in range(rules.USUAL_A_DAY[Weight.WORDS] + 2):
        elsewhere = {"REMOTE_ADDR": f"203.0.113.{n}"}
        told = public_street.phone().post(f"{ADDRESS}/ask", data={"text": f"第{n}问"}, environ_base=elsewhere)
        assert told.status_code == 303
    held = [said.is_held for said in public_street.said()]
    assert held == [False] * rules.USUAL_A_DAY[Weight.WORDS] + [True, True]
    public_street.clock.advance(hours=25)
    public_street.phone().post(f"{ADDRESS}/ask", data={"text": "第二天"})
    assert public_street.said()[-1].is_held is False


def test_a_full_store_says_so_and_keeps_what_was_typed(
    public_street: PublicStreet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_ROWS", 0)
    answer = public_street.phone().post(f"{ADDRESS}/ask", data={"text": "还收吗"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 507
    assert "暂时收不下了" in page and ">\n还收吗</textarea>" in page and "021-52160000" in page


def test_no_address_is_kept_in_clear(public_street: PublicStreet) -> None:
    elsewhere = {"REMOTE_ADDR": "203.0.113.77"}
    public_street.phone().post(f"{ADDRESS}/ask", data={"text": "问"}, environ_base=elsewhere)
    with public_street.space.read() as conn:
        from sqlalchemy import select

        from mapsvc.store.surface.tables import metadata

        for table in metadata.sorted_tables:
            assert "203.0.113" not in str(conn.execute(select(table)).all())


def test_counts_of_the_day_before_are_gone(public_street: PublicStreet) -> None:
    from sqlalchemy import func, select

    from mapsvc.store.surface.tables import visit_count

    public_street.phone().post(f"{ADDRESS}/ask", data={"text": "昨天"})
    public_street.clock.advance(hours=25)
    public_street.phone().post(f"{ADDRESS}/ask", data={"text": "今天"})
    with public_street.space.read() as conn:
        assert conn.execute(select(func.count()).select_from(visit_count)).scalar() == 1


def test_forms_of_other_sites_say_nothing(public_street: PublicStreet) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}, {"Origin": "//["}):
        answer = public_street.phone().post(f"{ADDRESS}/ask", data={"text": "坏"}, headers=headers)
        assert answer.status_code == 403
    assert public_street.said() == []


def test_a_web_view_that_hides_its_origin_may_say_something(public_street: PublicStreet) -> None:
    answer = public_street.phone().post(f"{ADDRESS}/ask", data={"text": "好"}, headers={"Origin": "null"})
    assert answer.status_code == 303


def test_no_picture_is_worked_on_for_who_says_too_much(
    public_street: PublicStreet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AN_HOUR", dict.fromkeys(Weight, 0))
    told = {"kind": "L0001", "text": "漏", "photo": (io.BytesIO(b"no picture"), "x.jpg")}
    answer = public_street.phone().post(f"{ADDRESS}/report", data=told, content_type="multipart/form-data")
    assert answer.status_code == 429
    assert ">\n漏</textarea>" in answer.get_data(as_text=True)
