"""/c/{token}: a page without an account that says what becomes of words before it takes any."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from mapsvc.domain.surface import SaidKind
from mapsvc.web.public import context
from tests.house.old_engines import faults_of_page, faults_of_script, faults_of_styles, lowered
from tests.support.card_pages import ADDRESS, KINDERGARTEN, OTHER_ADDRESS, OTHER_TOKEN, TOKEN, PublicStreet

MOST_BYTES = 100_000
PAGES = (
    "",
    "/answers",
    "/answers?q=入园要什么材料",
    "/answers?topic=子女入园",
    "/report",
    "/report?kind=L0001",
    "/topics",
    "/matters/ask-1",
)


class Names(HTMLParser):
    """Fields without a name for whoever cannot see them, headings in their order, files the page asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.headings: list[int] = []
        self.files: list[str] = []
        self.ids: list[str] = []
        self._labels_open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if "id" in told:
            self.ids.append(told["id"] or "")
        if tag == "label":
            self._labels_open += 1
            self.labels.add(told.get("for") or "")
        if tag in ("input", "textarea", "select") and told.get("type") != "hidden":
            self.fields.append(told | {"wrapped": "1" if self._labels_open else None})
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script" or tag == "link":
            self.files.append(told.get("src") or told.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._labels_open -= tag == "label"


def read(street: PublicStreet, where: str) -> str:
    """A page as its holder gets it."""
    answer = street.phone().get(where)
    assert answer.status_code == 200, where
    return answer.get_data(as_text=True)


def names_of(page: str) -> Names:
    """What a page holds."""
    found = Names()
    found.feed(page)
    return found


def test_it_names_the_door_and_who_serves_it_and_nobody_of_the_shop(public_street: PublicStreet) -> None:
    page = read(public_street, ADDRESS)
    for words in ("联心卡", "岚皋西路27号", "兰田街区党支部", "王书记", "包联人 陈晓岚", "021-52160000", "LX-0127-K4"):
        assert words in page
    assert "只认门牌，不用留姓名电话" in page


def test_what_becomes_of_words_stands_before_the_first_field(public_street: PublicStreet) -> None:
    asked, reported = "您说的只有书记和包联人看到；人身安全隐患除外", "办事的人看得到这里写的，不写是谁说的"
    for where, words in (("", asked), ("/answers?q=入园", asked), ("/report", reported)):
        page = read(public_street, ADDRESS + where)
        promise = page.index(words)
        assert page.index("服务联系，不是检查") < promise < page.index("<form")
        assert "先打" in page and "tel:110" in page and "tel:119" in page


def test_everything_of_a_first_view_together_is_small(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    for where in PAGES:
        page = phone.get(ADDRESS + where)
        files = names_of(page.get_data(as_text=True)).files
        scripts = [f for f in files if f.endswith(".js")]
        # Modules ask for modules.
        bodies = {f: phone.get(f).get_data() for f in files}
        for script in scripts:
            for name in re.findall(r'from "\./(\w+\.js)"', bodies[script].decode()):
                other = script.rpartition("/")[0] + "/" + name
                bodies[other] = phone.get(other).get_data()
        total = len(page.get_data()) + sum(len(body) for body in bodies.values())
        assert len(bodies) >= 7
        assert total < MOST_BYTES / 2, (where, total)


@pytest.mark.parametrize("where", PAGES)
def test_every_page_runs_on_the_web_views_of_yesterday(public_street: PublicStreet, where: str) -> None:
    assert faults_of_page(read(public_street, ADDRESS + where)) == []


def test_its_files_run_on_the_web_views_of_yesterday(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    base = "/static/app/public/"
    for name in ("card.js", "copy.js", "drafts.js", "once.js", "photos.js"):
        text = phone.get(base + name).get_data(as_text=True)
        assert faults_of_script(text) + lowered(text, "js") == [], name
    text = phone.get(base + "card.css").get_data(as_text=True)
    assert faults_of_styles(text) + lowered(text, "css") == []


@pytest.mark.parametrize("where", PAGES)
def test_every_field_has_a_name_headings_follow_and_ids_are_single(public_street: PublicStreet, where: str) -> None:
    found = names_of(read(public_street, ADDRESS + where))
    for field in found.fields:
        assert field.get("aria-label") or field["wrapped"] or field.get("id") in found.labels, field
    assert found.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(found.headings, found.headings[1:], strict=False))
    assert found.headings.count(1) == 1
    assert len(found.ids) == len(set(found.ids))


@pytest.mark.parametrize("where", PAGES)
def test_no_page_needs_a_script_another_host_or_a_style_of_its_own(public_street: PublicStreet, where: str) -> None:
    answer = public_street.phone().get(ADDRESS + where)
    page = answer.get_data(as_text=True)
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page)
    assert not [url for url in re.findall(r'(?:src|href|action)="([^"#]*)"', page) if "//" in url]
    policy_ = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy_ and "unsafe" not in policy_
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_four_usual_topics_stand_there_and_lead_to_their_answers(public_street: PublicStreet) -> None:
    page = read(public_street, ADDRESS)
    chips = re.search(r'<p class="chips">(.*?)</p>', page, re.DOTALL)
    assert chips
    assert re.findall(r">([^<]+)</a>", chips[1]) == ["子女入园", "居住证", "证照", "招牌审批"]
    where = re.findall(r'href="([^"]+)"', chips[1])[0]
    assert KINDERGARTEN["answer"] in read(public_street, where)


def test_the_six_usual_kinds_have_their_marks_and_the_others_are_folded(public_street: PublicStreet) -> None:
    page = read(public_street, ADDRESS)
    kinds = re.search(r'<p class="kinds">(.*?)</p>', page, re.DOTALL)
    assert kinds
    named = re.findall(r"</svg><span>([^<]+)</span>", kinds[1])
    assert named == ["房屋渗漏", "暴露垃圾", "跨门经营", "油烟扰民", "邻里纠纷", "消防隐患"]
    form = read(public_street, f"{ADDRESS}/report?kind=L0003")
    assert re.search(r'value="L0003" checked', form)
    folded = re.search(r"<details>\s*<summary[^>]*>更多</summary>(.*?)</details>", form, re.DOTALL)
    assert folded and "机动车违停" in folded[1]


def test_own_matters_stand_in_three_lines_and_open(public_street: PublicStreet) -> None:
    page = read(public_street, ADDRESS)
    assert "3件" in page
    for words in ("灭火器过期", "处理中 · 11月24日17:00前办好", "居住证要续吗", "到期前三十天续。", "周五前回话"):
        assert words in page
    opened = read(public_street, f"{ADDRESS}/matters/ask-1")
    assert "到期前三十天续。" in opened and "区人社局" in opened and "帮上忙了吗" in opened


def test_a_card_without_matters_says_so(public_street: PublicStreet) -> None:
    assert "还没有。" in read(public_street, OTHER_ADDRESS)


def test_two_tenancies_never_see_each_others_matters(public_street: PublicStreet) -> None:
    mine, other = public_street.phone(), public_street.phone()
    mine.post(f"{ADDRESS}/ask", data={"text": "我家的秘密问题"})
    mine.post(f"{ADDRESS}/report", data={"kind": "L0001", "text": "我家的秘密漏水"})
    mine.post(f"{ADDRESS}/times", data={"time": "evening"})
    mine.post(f"{ADDRESS}/topics", data={"topics": "社保用工"})
    refs = [said.id for said in public_street.said()] + ["case-1", "ask-1", "ask-2"]
    for page in ("", *PAGES):
        text = other.get(OTHER_ADDRESS + page).get_data(as_text=True)
        assert "秘密" not in text and "灭火器" not in text and "27号" not in text
    assert 'aria-pressed="true"' not in read(public_street, OTHER_ADDRESS)
    assert "checked" not in read(public_street, f"{OTHER_ADDRESS}/topics")
    for ref in refs:
        answer = other.get(f"{OTHER_ADDRESS}/matters/{ref}")
        assert answer.status_code == 404
        assert "秘密" not in answer.get_data(as_text=True)
        assert other.post(f"{OTHER_ADDRESS}/matters/{ref}/rating", data={"rating": "helped"}).status_code == 404
        assert other.post(f"{OTHER_ADDRESS}/matters/{ref}/thanks", data={"thanks": "谢"}).status_code == 404
    assert public_street.said(OTHER_TOKEN) == []


def test_markup_in_anybodys_words_stays_text(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    bad = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    phone.post(f"{ADDRESS}/ask", data={"text": bad})
    pages = [ADDRESS, f"{ADDRESS}/answers?q={bad}", f"{ADDRESS}/answers?topic={bad}", f"{ADDRESS}/report?kind={bad}"]
    pages += [f"{ADDRESS}/matters/{public_street.said()[0].id}", f"{ADDRESS}?done={bad}"]
    for where in pages:
        page = phone.get(where).get_data(as_text=True)
        assert "<img" not in page
        assert "{{7*7}}" in page or "kind=" in where or "done=" in where or "topic=" in where


def test_a_get_never_writes(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    for where in PAGES:
        phone.get(ADDRESS + where)
        phone.get("/c/nobody" + where)
    with public_street.space.read() as conn:
        from sqlalchemy import func, select

        from mapsvc.store.surface.tables import said, visit_count

        for table in (said, visit_count):
            assert conn.execute(select(func.count()).select_from(table)).scalar() == 0


def test_own_lines_are_shown_until_the_office_has_them(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    phone.post(f"{ADDRESS}/ask", data={"text": "停车证去哪办"})
    page = read(public_street, ADDRESS)
    assert "4件" in page
    assert "停车证去哪办" in page and "已记下，等办公室取走" in page and "11月23日 09:00写的" in page
    ref = public_street.said()[0].id
    opened = read(public_street, f"{ADDRESS}/matters/{ref}")
    assert "道声谢" not in opened and "帮上忙了吗" not in opened


def test_a_token_altered_by_one_character_opens_nothing(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    dead = phone.get("/c/none").get_data()
    assert "岚皋西路" not in dead.decode()
    for n in range(len(TOKEN)):
        altered = TOKEN[:n] + ("a" if TOKEN[n] != "a" else "b") + TOKEN[n + 1 :]
        for where in ("", "/answers?q=入园", "/matters/ask-1"):
            answer = phone.get(f"/c/{altered}{where}")
            assert answer.status_code == 404
            assert answer.get_data() == dead


def test_whatever_opens_nothing_opens_the_same_page(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    dead = phone.get("/c/none").get_data()
    assert "打不开这张卡" in dead.decode() and "021-52160000" in dead.decode()
    for where in ("/c/%00", "/c/" + "x" * 5000, f"{ADDRESS[:-1]}", f"/c/{TOKEN.swapcase()}", "/c/..", "/c/ｚ"):
        answer = phone.get(where)
        assert answer.status_code in (400, 404)
        assert "27号" not in answer.get_data(as_text=True)
    for where in ("/times", "/ask", "/report", "/topics", "/matters/ask-1/rating"):
        answer = phone.post(f"/c/none{where}", data={"text": "x" * 1000, "time": "evening"})
        assert (answer.status_code, answer.get_data()) == (404, dead)


def test_a_revoked_card_is_as_dead_as_a_guessed_one(public_street: PublicStreet) -> None:
    from tests.support.card_pages import laid, lay_out

    phone = public_street.phone()
    assert phone.get(ADDRESS).status_code == 200
    lay_out(public_street.space, [laid(OTHER_TOKEN, "岚皋西路31号", "LX-0131-M2")], serial=2)
    answer = phone.get(ADDRESS)
    assert answer.status_code == 404
    assert answer.get_data() == phone.get("/c/none").get_data()
    assert phone.post(f"{ADDRESS}/ask", data={"text": "还在吗"}).status_code == 404
    assert public_street.said() == []


def test_the_cookie_is_for_this_card_alone_and_the_same_for_every_phone(public_street: PublicStreet) -> None:
    first, second = (public_street.phone().get(ADDRESS).headers["Set-Cookie"] for _ in range(2))
    assert first.split(";")[0] == second.split(";")[0]
    assert f"Path={ADDRESS}" in first and "HttpOnly" in first and "SameSite=Lax" in first
    other = public_street.phone().get(OTHER_ADDRESS).headers["Set-Cookie"]
    assert other.split(";")[0] != first.split(";")[0]


def test_the_cookie_keeps_to_tls_where_there_is_some(public_street: PublicStreet) -> None:
    told = {"X-Forwarded-Proto": "https"}
    assert "Secure" not in public_street.phone().get(ADDRESS, headers=told).headers["Set-Cookie"]
    settings = replace(public_street.space.settings, surface_proxy="127.0.0.1")
    public_street.app.extensions[context.EXTENSION] = replace(public_street.space, settings=settings)
    assert "Secure" in public_street.phone().get(ADDRESS, headers=told).headers["Set-Cookie"]
    assert "Secure" not in public_street.phone().get(ADDRESS).headers["Set-Cookie"]
    assert "Secure" in public_street.phone().get(ADDRESS, base_url="https://localhost").headers["Set-Cookie"]


def test_the_page_says_when_words_are_read_with_the_office_there_and_not(public_street: PublicStreet) -> None:
    connected = read(public_street, f"{ADDRESS}/report")
    assert "几分钟内送到办公室，11月24日（周二）17:00前答复。" in connected
    public_street.clock.advance(hours=2)
    away = read(public_street, f"{ADDRESS}/report")
    assert "已存好。办公室现在没连上" in away and "11月24日（周二）09:00上班时取走" in away


def test_each_kind_of_word_is_confirmed_in_its_own_words(public_street: PublicStreet) -> None:
    phone = public_street.phone()
    told = {kind.value: phone.get(f"{ADDRESS}?done={kind.value}").get_data(as_text=True) for kind in SaidKind}
    assert "已记下您问的。" in told["ask"]
    assert "已记下您反映的。" in told["report"]
    assert "谢谢您说一声" in told["rate"]
    assert "已带到" in told["thank"]
    assert 'role="status"' not in told["order"]


def test_more_matters_than_fit_are_folded(public_street: PublicStreet) -> None:
    from mapsvc.domain.surface import Matter, MatterKind
    from tests.support.card_pages import laid, lay_out

    some = tuple(Matter(f"m{n}", MatterKind.ASK, f"第{n}问", "已答复", "", public_street.clock()) for n in range(8))
    lay_out(public_street.space, [laid(TOKEN, "岚皋西路27号", "LX-0127-K4", matters=some)])
    page = read(public_street, ADDRESS)
    assert "另外3件" in page
    assert page.index("第4问") < page.index("另外3件") < page.index("第5问")


def test_a_surface_without_cards_opens_none(public_street: PublicStreet) -> None:
    from tests.support.card_pages import lay_out

    lay_out(public_street.space, [])
    assert public_street.phone().get(ADDRESS).status_code == 404
