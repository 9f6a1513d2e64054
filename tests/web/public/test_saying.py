"""What is said on a card's page: taken once, refused beside its field, and what was typed stays."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
from PIL import Image

from mapsvc.domain.surface import SaidKind
from mapsvc.store.surface import pictures
from mapsvc.web.public import shield
from tests.support.card_pages import ADDRESS, OTHER_ADDRESS, OTHER_TOKEN, PublicStreet, value_of
from tests.support.pictures import SECRET, jpeg


def test_a_question_is_answered_at_once_with_everything_it_takes(public_street: PublicStreet) -> None:
    page = public_street.phone().get(f"{ADDRESS}/answers?q=孩子入园要哪些材料").get_data(as_text=True)
    for words in (
        "先看通知，再带材料去窗口。",
        "居住证在有效期里",
        "上一年12月31日前",
        "快到期的先续",
        "预防接种证",
        "再带材料核验",
        'data-copy="入园登记"',
        "受理中心",
        "周一到周六9:00–16:30",
        "tel:02152160001",
        "区教育局当年通知，2026年3月2日",
        "样例",
    ):
        assert words in page, words
    assert "<mark>" in page
    assert "这就够了" in page and "还是想问" in page
    assert public_street.said() == []


def test_at_most_three_answers_are_offered(public_street: PublicStreet) -> None:
    page = public_street.phone().get(f"{ADDRESS}/answers?q=怎么办要材料审批居住证执照招牌").get_data(as_text=True)
    assert 1 <= page.count('class="found"') <= 3


def test_a_sure_answer_stands_open_and_the_others_wait_to_be_opened(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    sure = phone.get(f"{ADDRESS}/answers?q=孩子入园要哪些材料").get_data(as_text=True)
    assert sure.count('<details class="found" open>') == 1
    unsure = phone.get(f"{ADDRESS}/answers?q=怎么办要材料审批居住证执照招牌").get_data(as_text=True)
    assert "也许是这几条" in unsure and 'class="found" open' not in unsure


def test_what_was_meant_by_a_typing_error_is_said(public_street: PublicStreet) -> None:
    page = public_street.phone().get(f"{ADDRESS}/answers?q=ruyuan").get_data(as_text=True)
    assert "按“入园”找的。" in page


def test_what_is_not_found_goes_to_a_person_with_what_was_typed(public_street: PublicStreet) -> None:
    page = public_street.phone().get(f"{ADDRESS}/answers?q=龙虾好吃吗").get_data(as_text=True)
    assert "没有找到现成的答案" in page
    assert '<section class="person" id="ask">' in page and "还是想问" not in page
    assert re.search(r"<textarea[^>]*>\n龙虾好吃吗</textarea>", page)


def test_a_question_without_name_or_phone_goes_out_with_the_entry_that_did_not_do(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    page = phone.get(f"{ADDRESS}/answers?q=孩子入园要哪些材料").get_data(as_text=True)
    sent = {"id": value_of(page, "id"), "q": "x", "topic": value_of(page, "topic"), "policy": value_of(page, "policy")}
    answer = phone.post(f"{ADDRESS}/ask", data=sent | {"text": "户口不在一起怎么办"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}?done=ask")
    (said,) = public_street.said()
    assert said.kind is SaidKind.ASK
    assert said.body == {
        "text": "户口不在一起怎么办",
        "topic": "子女入园",
        "policy": "kindergarten",
        "name": None,
        "phone": None,
        "is_urgent": False,
    }


def test_name_phone_and_danger_are_taken_where_they_are_given(public_street: PublicStreet) -> None:
    told = {"text": "煤气味", "name": "王先生", "phone": "13812345678", "is_urgent": "1", "topic": "没有的主题"}
    public_street.phone().post(f"{ADDRESS}/ask", data=told)
    (said,) = public_street.said()
    assert said.body["name"] == "王先生" and said.body["phone"] == "13812345678" and said.body["is_urgent"] is True
    assert said.body["topic"] is None


def test_a_phone_number_in_a_text_stays_the_merchants_own(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    phone.post(f"{ADDRESS}/ask", data={"text": "请打13812345678"})
    assert public_street.said()[0].body["text"] == "请打13812345678"
    for where in (ADDRESS, f"{ADDRESS}/matters/{public_street.said()[0].id}", OTHER_ADDRESS):
        assert "13812345678" not in public_street.phone().get(where).get_data(as_text=True)


def test_a_double_tap_sends_once_and_other_words_are_another_question(public_street: PublicStreet) -> None:
    phone, form = public_street.phone(), str(uuid4())
    for _ in range(3):
        assert phone.post(f"{ADDRESS}/ask", data={"id": form, "text": "停车证去哪办"}).status_code == 303
    assert len(public_street.said()) == 1
    # Gone back to the same page, something else typed.
    phone.post(f"{ADDRESS}/ask", data={"id": form, "text": "停车证多少钱"})
    assert [said.body["text"] for said in public_street.said()] == ["停车证去哪办", "停车证多少钱"]


def test_the_same_form_id_of_another_card_is_another_thing(public_street: PublicStreet) -> None:
    form = str(uuid4())
    for address in (ADDRESS, OTHER_ADDRESS):
        public_street.phone().post(f"{address}/ask", data={"id": form, "text": "同一句"})
    assert len(public_street.said()) == len(public_street.said(OTHER_TOKEN)) == 1


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"text": ""}, "请写您想问什么。"),
        ({"text": " \r\n "}, "请写您想问什么。"),
        ({"text": "好" * 2001}, "最多2000个字，现在2001个字"),
        ({"text": "一\x00二"}, "控制字符"),
        ({"text": "一\x07二"}, "控制字符"),
        ({"text": "问", "name": "名" * 41}, "最多40个字"),
        ({"text": "问", "phone": "1" * 41}, "最多40个字"),
    ],
)
def test_a_question_that_cannot_be_taken_keeps_what_was_typed(
    public_street: PublicStreet, told: dict[str, str], words: str
) -> None:
    form = str(uuid4())
    answer = public_street.phone().post(f"{ADDRESS}/ask", data=told | {"id": form, "q": "入园", "is_urgent": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page and 'role="alert"' in page and 'aria-invalid="true"' in page
    assert form in page and 'name="q" value="入园"' in page
    assert re.search(r'name="is_urgent" value="1" checked', page)
    for name, value in told.items():
        if value.strip() and name != "text":
            assert value in page
    assert public_street.said() == []


def test_a_report_with_photos_goes_out_without_what_the_camera_wrote(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    told = {"kind": "L0001", "text": "又漏了", "where": "near", "is_urgent": "1"}
    files = [(io.BytesIO(jpeg(turned=6)), "一.jpg"), (io.BytesIO(jpeg(80, 60)), "二.jpg")]
    answer = phone.post(f"{ADDRESS}/report", data=told | {"photo": files}, content_type="multipart/form-data")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}?done=report#done")
    (said,) = public_street.said()
    assert said.body == {"kind": "L0001", "text": "又漏了", "where": "near", "is_urgent": True}
    assert len(said.photos) == 2
    with public_street.space.read() as conn:
        for sha in said.photos:
            content = pictures.jpeg_of(conn, sha)
            assert content is not None
            assert SECRET.encode() not in content and b"PhoneMaker" not in content
            assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "", "text": "脏"}, "请选是哪一类问题"),
        ({"kind": "99999", "text": "脏"}, "请选是哪一类问题"),
        ({"kind": "06010", "text": ""}, "请写一句怎么了，或者附一张照片。"),
        ({"kind": "06010", "text": "脏", "where": "moon"}, "请选在店里还是在附近。"),
        ({"kind": "06010", "text": "脏" * 1001}, "最多1000个字"),
    ],
)
def test_a_report_that_cannot_be_taken_keeps_what_was_typed(
    public_street: PublicStreet, told: dict[str, str], words: str
) -> None:
    answer = public_street.phone().post(f"{ADDRESS}/report", data=told)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page and "照片请再选一次" in page
    assert f">\n{told['text']}</textarea>" in page
    assert not told["kind"].startswith("06") or 'value="06010" checked' in page
    assert public_street.said() == []


@pytest.mark.parametrize("content", [b"no picture", b"\xff\xd8\xff broken", b"<svg onload=alert(1)>"])
def test_a_file_that_is_no_photo_is_refused_beside_its_field(public_street: PublicStreet, content: bytes) -> None:
    told = {"kind": "L0001", "text": "漏", "photo": (io.BytesIO(content), "x.jpg")}
    answer = public_street.phone().post(f"{ADDRESS}/report", data=told, content_type="multipart/form-data")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="photo-error"' in page and ">\n漏</textarea>" in page


def test_more_photos_than_four_are_refused(public_street: PublicStreet) -> None:
    files = [(io.BytesIO(jpeg(40 + n, 40)), f"{n}.jpg") for n in range(5)]
    told = {"kind": "L0001", "text": "漏", "photo": files}
    answer = public_street.phone().post(f"{ADDRESS}/report", data=told, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "一次最多4张照片" in answer.get_data(as_text=True)


def test_photos_that_are_too_large_together_are_refused_on_the_same_page(
    public_street: PublicStreet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shield, "LARGEST_FORM", 2000)
    told = {"kind": "L0001", "text": "漏", "photo": (io.BytesIO(b"x" * 5000), "x.jpg")}
    answer = public_street.phone().post(f"{ADDRESS}/report", data=told, content_type="multipart/form-data")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "照片加起来太大" in page and 'id="photo-error"' in page


def test_a_photo_alone_is_enough(public_street: PublicStreet) -> None:
    told = {"kind": "06010", "text": "", "photo": (io.BytesIO(jpeg()), "x.jpg")}
    public_street.phone().post(f"{ADDRESS}/report", data=told, content_type="multipart/form-data")
    page = public_street.phone().get(ADDRESS).get_data(as_text=True)
    assert len(public_street.said()) == 1
    assert "<b>暴露垃圾</b>" in page


def test_an_answer_is_rated_once_and_thanked_for(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    answer = phone.post(f"{ADDRESS}/matters/ask-1/rating", data={"rating": "partly", "text": "还差一点"})
    assert answer.headers["Location"] == f"{ADDRESS}?done=rate#done"
    assert public_street.said()[0].body == {"ref": "ask-1", "rating": "partly", "text": "还差一点"}
    page = phone.get(f"{ADDRESS}/matters/ask-1").get_data(as_text=True)
    assert "您说过：有点用。" in page and "帮上忙了吗" not in page
    phone.post(f"{ADDRESS}/matters/ask-1/thanks", data={"thanks": "辛苦了"})
    assert public_street.said()[1].body == {"ref": "ask-1", "text": "辛苦了"}


def test_what_has_no_answer_cannot_be_rated(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    assert phone.post(f"{ADDRESS}/matters/case-1/rating", data={"rating": "helped"}).status_code == 422
    assert phone.post(f"{ADDRESS}/matters/ask-1/rating", data={"rating": "best"}).status_code == 422
    assert phone.post(f"{ADDRESS}/matters/ask-1/thanks", data={"thanks": "谢" * 301}).status_code == 422
    assert public_street.said() == []
