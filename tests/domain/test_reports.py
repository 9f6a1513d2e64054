"""Reports: sentences from what was gathered, stories by a rule, five lines."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mapsvc.domain.figures import Figure, Rate
from mapsvc.domain.periods import month_of, week_of
from mapsvc.domain.report_words import SENTENCE_NAMES, compose, five_lines, sentences, title_of
from mapsvc.domain.reports import (
    Body,
    Frozen,
    Gathered,
    Item,
    ListId,
    RateLine,
    Story,
    StoryPhoto,
    chosen_stories,
    pick,
)

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
WEEK = week_of(date(2026, 11, 23))
PHOTO = StoryPhoto("p", "0" * 64, "/photos/p.jpg", AT)


def items(count: int, what: str = "暴露垃圾", said: str = "") -> tuple[Item, ...]:
    return tuple(Item("case", f"c{n}", what, f"岚皋路{2 * n + 1}号", AT, said) for n in range(count))


def gathered(now: dict[ListId, tuple[Item, ...]], before: dict[ListId, tuple[Item, ...]] | None = None) -> Gathered:
    return Gathered(WEEK, WEEK.until_at, now, before or {}, (), ())


def test_numbers_are_told_against_the_week_before() -> None:
    now, before = (
        {ListId.VISITS: items(63), ListId.ISSUES: items(3)},
        {ListId.VISITS: items(47), ListId.ISSUES: items(3)},
    )
    said = compose(gathered(now, before))
    assert said["visits"] == "本周走访63户次，比上周多16户次。"
    assert said["issues"] == "新发现问题3件，和上周一样（暴露垃圾3件）；办结0件，还在办0件。"


def test_a_running_week_is_compared_with_the_same_moment() -> None:
    running = replace(gathered({ListId.VISITS: items(2)}, {ListId.VISITS: items(5)}), as_of=AT)
    assert compose(running)["visits"] == "本周到现在走访2户次，比上周同期少3户次。"


def test_nothing_to_say_is_no_sentence_but_stuck_and_next_always_speak() -> None:
    said = compose(gathered({}))
    assert said["tickets"] == said["promises"] == said["together"] == said["effect"] == said["rates"] == ""
    assert said["stuck"] == "没有卡住的事。"
    assert said["next"] == "下周没有到期的事。"


def test_a_rate_of_too_few_is_not_told() -> None:
    lines = (RateLine(Rate.ON_TIME, Figure(9, 12), Figure(20, 24)), RateLine(Rate.SOLVED, Figure(2, 2), Figure(0, 0)))
    assert compose(replace(gathered({}), rates=lines))["rates"] == "按时办结率75%（9/12件，上周83%）。"


def test_what_is_stuck_is_named_three_at_most() -> None:
    said = compose(gathered({ListId.STUCK: items(5, said="超时3天")}))["stuck"]
    assert said.startswith("卡住的5件：岚皋路1号暴露垃圾，超时3天；")
    assert said.endswith("；另有2件。")


def test_a_typed_sentence_stands_an_emptied_one_goes() -> None:
    body = Body(texts={"visits": "这周雨大，走得少。", "next": ""})
    found = {s.id: s for s in sentences(gathered({ListId.VISITS: items(2)}), body)}
    assert found["visits"].text == "这周雨大，走得少。" and found["visits"].is_typed
    assert found["visits"].composed.startswith("本周走访2户次")
    assert found["next"].text == ""
    assert list(found) == list(SENTENCE_NAMES)


def test_five_lines_whatever_was_typed() -> None:
    said = {"visits": "走了\n两趟。", "stuck": "卡住1件，业主电话13812345678。", "next": "下周继续。"}
    lines = five_lines(title_of(WEEK, "兰田街区"), said).split("\n")
    assert len(lines) == 5
    assert lines[0] == "兰田街区周报（11月23日至29日）"
    assert lines[1] == "走了 两趟。"
    assert "13812345678" not in lines[3]


def test_a_month_speaks_of_months() -> None:
    month = replace(gathered({ListId.VISITS: items(1)}), period=month_of(date(2026, 10, 1)))
    assert compose(month)["visits"].startswith("本月走访1户次，比上月多1户次")


def story(case_id: str, kind: str, weight: int) -> Story:
    return Story(case_id, "岚皋路1号", kind, f"{case_id}讲了。", AT + timedelta(minutes=weight), weight)


def test_stories_are_the_weightiest_of_different_kinds() -> None:
    found = (story("a", "暴露垃圾", 9), story("b", "暴露垃圾", 8), story("c", "房屋渗漏", 4), story("d", "油烟扰民", 0))
    assert [s.case_id for s in pick(found)] == ["a", "c", "d"]
    assert [s.case_id for s in pick(found[:2])] == ["a", "b"]
    assert pick(()) == []


def test_chosen_stories_are_told_as_typed() -> None:
    found = (story("a", "暴露垃圾", 9), story("c", "房屋渗漏", 4))
    body = Body(stories=("c", "gone"), told={"c": "修好了。"})
    assert [(s.case_id, s.told) for s in chosen_stories(body, found)] == [("c", "修好了。")]


def test_what_is_kept_comes_back_as_it_was() -> None:
    body = Body({"visits": "一"}, ("a",), {"a": "二"}, "old", "数字错了")
    assert Body.from_json(body.to_json()) == body
    frozen = Frozen("<article>", "<section>", "五行", "ZG9jeA==", {ListId.ISSUES: items(2)}, {ListId.VISITS: ()})
    assert Frozen.from_json(frozen.to_json()) == frozen
