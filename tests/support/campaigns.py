"""What the tests of campaigns put into a store: questions, choices, a window, calls, one that runs."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from mapsvc.domain.actors import Actor
from mapsvc.domain.alerts import Alert, AlertState, Rule
from mapsvc.domain.patrol import Candidate
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.operations import campaign_doors, campaigns, demand
from mapsvc.operations.campaigns import NewCampaign
from mapsvc.operations.visits import NewVisit, Recorded, record_visit
from mapsvc.operations.workspace import Workspace
from mapsvc.store import alerts
from mapsvc.store.tables import enquiry, policy_window, topic_choice
from tests.support.street import Street, uid

TOPIC = "子女入园"
TODAY = date(2026, 11, 23)
NEW = NewCampaign(uid("campaign"), TOPIC, "幼儿园报名", "幼儿园快报名了，材料我带了一份")


def ask(ws: Workspace, code: str, days_ago: int, topic: str = TOPIC, n: int = 0) -> None:
    """Somebody at a shop asked, so many days ago."""
    at = ws.clock() - timedelta(days=days_ago)
    with ws.write() as conn:
        conn.execute(
            insert(enquiry).values(
                id=uid(f"ask {code} {days_ago} {n}"), shop_id=uid(code), tenancy_id=uid(f"ten {code}"), text="怎么报名",
                topic=topic, asked_at=at,
            )
        )  # fmt: skip


def choose(ws: Workspace, code: str) -> None:
    """Somebody at a shop wants to be told."""
    with ws.write() as conn:
        conn.execute(
            insert(topic_choice).values(
                id=uid(f"choice {code}"), shop_id=uid(code), tenancy_id=uid(f"ten {code}"), topic=TOPIC,
                source="merchant", chosen_at=ws.clock() - timedelta(days=3),
            )
        )  # fmt: skip


def window(ws: Workspace, opens_on: date, closes_on: date, **more: object) -> None:
    """A window of the calendar, this year only."""
    values: dict[str, object] = {
        "id": uid("window"), "code": "kg", "title": "幼儿园报名", "opens_on": opens_on, "closes_on": closes_on,
        "is_yearly": False, "lead_days": 21, "topics": [TOPIC], "trades": [], "is_sample": False,
        "made_at": ws.clock() - timedelta(days=40),
    }  # fmt: skip
    with ws.write() as conn:
        conn.execute(insert(policy_window).values(**values | more))


def met(ws: Workspace, actor: Actor, code: str, days_ago: int, **more: object) -> Recorded:
    """A call so many days ago."""
    at = ws.clock() - timedelta(days=days_ago)
    new = NewVisit(uid(f"{code} {days_ago}"), code, VisitKind.REGULAR, at, Outcome.MET, **more)  # type: ignore[arg-type]
    made = record_visit(ws, actor, new)
    assert isinstance(made, Recorded)
    return made


def running(ws: Workspace, street: Street, new: NewCampaign = NEW) -> str:
    """A campaign for both shops that runs."""
    made, _ = campaigns.begin(ws, street.secretary, new)
    for code in ("LT0001", "LT0002"):
        campaign_doors.put_in(ws, street.secretary, made.id, code)
    campaigns.start(ws, street.secretary, made.id, made.version)
    return made.id


def wanted(ws: Workspace) -> dict[str, Candidate]:
    """What a patrol could be for now, by ref; stretches left out."""
    with ws.read() as conn:
        found = demand.candidates(conn, ws.clock(), ws.settings.visit_interval_days, None, ws.gazetteer)
    return {c.ref: c for c in found if c.shop}


def reasons(ws: Workspace, code: str) -> list[tuple[str, str]]:
    found = wanted(ws).get(f"shop:{code}")
    return [(r.code, r.text) for r in found.reasons] if found else []


def warning(ws: Workspace, **evidence: object) -> Alert:
    """A warning about a window that opens, as it waits in the inbox."""
    at = ws.clock()
    one = Alert(
        uid("alert"), Rule.WINDOW, "window:kg:2026", AlertState.OPEN, "幼儿园报名12月20日开", "3家要提前知道。",
        {"topic": TOPIC, "opens_on": "2026-12-20", "closes_on": "2027-01-10", "window_code": "kg"} | evidence,
        1e-4, 1e-3, TODAY, TODAY, at, topic=TOPIC,
    )  # fmt: skip
    with ws.write() as conn:
        alerts.add(conn, one)
    return one
