"""政策进商铺 of the demo: 子女入园 when its window was open last, and one that runs now."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from mapsvc.demo.visits import at_office
from mapsvc.domain.accounts import Account
from mapsvc.domain.alerts import AlertState, Decision, Rule
from mapsvc.domain.campaigns import Campaign, Uptake
from mapsvc.domain.policy_windows import Opening, turns
from mapsvc.domain.times import day_start, office_day
from mapsvc.operations import campaign_doors, campaigns
from mapsvc.operations.alert_decisions import Acceptance
from mapsvc.operations.alerts import accept, list_alerts
from mapsvc.operations.campaigns import NewCampaign
from mapsvc.operations.workspace import Workspace
from mapsvc.store import campaigns as store
from mapsvc.store import ids, policy_windows, visits

_LAST_TOPIC = "子女入园"
_LAST_WORDS = "幼儿园快登记了，要带什么我带了一份单子"
_BEFORE = timedelta(days=21)
_LOOKED_AT_AFTER = timedelta(days=60)
_RUNS_SINCE_DAYS = 6
_LEAST_LEFT, _MOST_LEFT, _USUAL_LEFT = 14, 80, 21
_THOUGHT_OVER = timedelta(hours=3)
_SAID_OF_TEN, _KNOWN_OF_TEN = 8, 7
_CAME_OF_IT = (Uptake.WANTS, Uptake.DONE, Uptake.DONE, Uptake.NOT_FOR_US)


def run_campaigns(ws: Workspace, secretary: Account) -> None:
    """One that is over, with what came of it; one that rides on tonight's walks."""
    today = office_day(ws.clock())
    with ws.read() as conn:
        known = policy_windows.known_at(conn, day_start(today + timedelta(days=1)))
    every = turns(known, today - timedelta(days=400), today + timedelta(days=_MOST_LEFT))
    _run_last(ws, secretary, [t for t in every if _LAST_TOPIC in t.window.topics], today)
    _run_now(ws, secretary, every, today)


def _run_last(ws: Workspace, secretary: Account, turns_of_it: list[Opening], today: date) -> None:
    over = [turn for turn in turns_of_it if turn.closes_on < today - _LOOKED_AT_AFTER]
    if not over:
        return
    turn = over[-1]
    begun_at = at_office(turn.opens_on - _BEFORE, 9, 30)
    new = NewCampaign(
        ids.of("demo_campaign", "last"), words=_LAST_WORDS, window_code=turn.window.code,
        until_day=turn.closes_on,
    )  # fmt: skip
    made = _start(replace(ws, clock=lambda: begun_at), secretary, new)
    _tell(ws, secretary, made, begun_at, day_start(turn.closes_on + timedelta(days=1)))


def _run_now(ws: Workspace, secretary: Account, every: tuple[Opening, ...], today: date) -> None:
    """On a window that is open and closes soon, but not too soon; where there is none on the topic of money."""
    fitting = [
        turn
        for turn in every
        if turn.tell_from <= today and _LEAST_LEFT <= (turn.closes_on - today).days <= _MOST_LEFT
        if _LAST_TOPIC not in turn.window.topics
    ]
    begun_at = at_office(today - timedelta(days=_RUNS_SINCE_DAYS), 9, 30)
    name = ids.of("demo_campaign", "now")
    for turn in sorted(fitting, key=lambda turn: turn.closes_on):
        if (made := _from_warning(ws, secretary, turn, begun_at)) is not None:
            return _tell(ws, secretary, made, made.made_at, ws.clock())
    new = NewCampaign(name, "补贴融资", "小微贷款和补贴", until_day=today + timedelta(days=_USUAL_LEFT))
    if fitting:
        new = NewCampaign(name, window_code=min(fitting, key=lambda turn: turn.closes_on).window.code)
    made = _start(replace(ws, clock=lambda: begun_at), secretary, new)
    return _tell(ws, secretary, made, begun_at, ws.clock())


def _from_warning(ws: Workspace, secretary: Account, turn: Opening, at: datetime) -> Campaign | None:
    """Accepted some days ago, where the calendar has warned of this window."""
    waiting = (line.alert for line in list_alerts(ws, secretary.actor, [AlertState.OPEN], Rule.WINDOW))
    alert = next((one for one in waiting if one.evidence.get("window_code") == turn.window.code), None)
    if alert is None or alert.evidence.get("opens_on") != turn.opens_on.isoformat():
        return None
    accepted_at = max(at, alert.raised_at + _THOUGHT_OVER)
    then = replace(ws, clock=lambda: accepted_at)
    done = accept(then, secretary.actor, alert.id, alert.version, Acceptance(Decision.CAMPAIGN))
    with ws.read() as conn:
        draft = campaigns.find_campaign(conn, done.decided_ref or "")
    return campaigns.start(then, secretary.actor, draft.id, draft.version)


def _start(then: Workspace, secretary: Account, new: NewCampaign) -> Campaign:
    made, _ = campaigns.begin(then, secretary.actor, new)
    return campaigns.start(then, secretary.actor, made.id, made.version)


def _tell(ws: Workspace, secretary: Account, made: Campaign, since: datetime, until: datetime) -> None:
    """On most of the calls there were; of most doors it is known what came of it."""
    with ws.write() as conn:
        called = store.calls_at_doors(conn, made.id, since, until)
        for visit in sorted(visits.by_ids(conn, called).values(), key=lambda one: (one.happened_at, one.id)):
            if _of_ten("told", made.id, visit.shop_id) < _SAID_OF_TEN:
                campaign_doors.tell_within(conn, secretary.actor, visit, [made.id])
        for door in store.doors(conn, [made.id]):
            if door.told_at is not None and _of_ten("came", made.id, door.shop_id) < _KNOWN_OF_TEN:
                came = _CAME_OF_IT[_of_ten("what", made.id, door.shop_id) % len(_CAME_OF_IT)]
                at = min(door.told_at + timedelta(days=9), ws.clock())
                store.change_door(conn, door.id, uptake=came, uptake_at=at)


def _of_ten(*name: str) -> int:
    """A digit for a name: the same in every demo."""
    return int(ids.of("demo_campaign", *name)[:8], 16) % 10
