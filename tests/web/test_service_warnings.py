"""Service warnings on the pages of early detection and in the API: what shows them, what is next, nobody's words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from mapsvc.domain.actors import SYSTEM
from mapsvc.operations import policy_windows
from mapsvc.operations.alerts import inbox, run_alerts
from mapsvc.operations.policy_windows import Said
from mapsvc.operations.workspace import Workspace
from tests.support.asking import asked, every
from tests.support.client import ClientOf, SignedClient
from tests.support.street import Street, build

SUNDAY = date(2026, 11, 22)
FIRE = Said("消防自查", ("消防安全",), True, 21, "fire_check", date(2026, 12, 10), date(2026, 12, 31))


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """A year with questions, many about kindergartens this week; the calendar knows of a check in three weeks."""
    street = build(workspace)
    for n, topic in enumerate(("证照办理", "消防安全", "补贴融资", "居住证积分", "社保用工")):
        asked(workspace, topic, every(date(2025, 10, 1) + timedelta(days=n), SUNDAY, 23 + n))
    asked(workspace, "子女入园", [SUNDAY - timedelta(days=n) for n in range(6)])
    policy_windows.add_window(workspace, street.secretary, FIRE)
    return street


@pytest.fixture
def secretary(app: Flask, street: Street, client_of: ClientOf) -> SignedClient:
    return client_of("secretary")


@pytest.fixture
def pages(workspace: Workspace, secretary: SignedClient) -> dict[str, str]:
    """The page of each warning, by rule."""
    run_alerts(workspace, SYSTEM)
    return {one.alert.rule: secretary.get(f"/alerts/{one.alert.id}").text for one in inbox(workspace, SYSTEM).open}


def test_a_topic_shows_its_weeks_its_questions_and_how_it_was_counted(pages: dict[str, str]) -> None:
    page = pages["topic"]
    for words in (
        "子女入园：这一周6户问，平时不到1户",
        "十次里有九次不超过",
        "问的人多了",
        "topic_rises",
        "可以这样办",
    ):
        assert words in page
    assert 'href="/enquiries?topic=%E5%AD%90%E5%A5%B3%E5%85%A5%E5%9B%AD"' in page
    assert "单独看碰巧有这么多的可能（p）" in page and "一周几户" not in page


def test_an_opening_shows_last_years_weeks_its_answer_and_no_chance(pages: dict[str, str]) -> None:
    page = pages["window"]
    for words in (
        "消防自查：2周后开始办",
        "12月10日开始办，12月31日截止。",
        "去年这时候，一周有几户问",
        "日历上写着的日子",
    ):
        assert words in page
    assert 'href="/policies/fire_check"' in page and 'href="/policy-calendar"' in page
    assert "（p）" not in page and "（q）" not in page


def test_nobody_reads_what_merchants_wrote(
    workspace: Workspace, secretary: SignedClient, pages: dict[str, str]
) -> None:
    whole = "".join(pages.values()) + secretary.get("/alerts").text + secretary.get("/api/v1/alerts").text
    assert "安徽" not in whole and "13812345678" not in whole


def test_the_inbox_offers_what_to_do_and_the_chart_says_what_it_counts(
    secretary: SignedClient, pages: dict[str, str]
) -> None:
    page = secretary.get("/alerts").text
    assert page.count("data-row") == 2 and "先去选了提前提醒的和去年问过的" in page
    assert "去年这时候，一周有几户问" in page and "先关注90天" not in page


def test_the_api_gives_evidence_by_rule(secretary: SignedClient, pages: dict[str, str]) -> None:
    found: list[dict[str, Any]] = secretary.get("/api/v1/alerts?rule=window").get_json()["items"]
    (one,) = found
    assert one["rule"] == "window" and one["topic"] == "消防安全" and one["p"] == 0
    assert one["evidence"]["opens_on"] == "2026-12-10" and one["evidence"]["asked_to_be_told"] == 0
    (topic,) = secretary.get("/api/v1/alerts?rule=topic").get_json()["items"]
    assert topic["subject"] == "topic:子女入园" and len(topic["evidence"]["enquiry_ids"]) == 6
