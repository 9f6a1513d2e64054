"""线上驿站 in the demo: samples put in long ago, some checked and changed since, one running out, one past its day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from mapsvc.domain.actors import Actor
from mapsvc.domain.policy_files import to_document
from mapsvc.domain.times import office_day
from mapsvc.operations.policies import get_policy
from mapsvc.operations.policy_edits import change_policy, check_policy
from mapsvc.operations.policy_samples import settle_policies
from mapsvc.operations.workspace import Workspace

# Checked by the secretary, days ago.
CHECKED = (
    ("kindergarten", 61), ("school", 61), ("residence_permit", 60), ("licence_change", 47), ("food_licence", 47),
    ("winter_fire", 33), ("fire_check", 33), ("waste", 20), ("loading", 20),
)  # fmt: skip
ENDS = {"slow_business": 37, "startup_subsidy": -12}
ASKED_TOO = "孩子户口在老家，入园要办什么证？"


def keep_policies(ws: Workspace, secretary: Actor) -> None:
    """Put the samples in, and what an office did with them in two months."""
    now = ws.clock()
    settle_policies(_at(ws, now - timedelta(days=90)))
    for policy_id, days in CHECKED:
        check_policy(_at(ws, now - timedelta(days=days)), secretary, policy_id, 1)
    for policy_id, days in ENDS.items():
        until = office_day(now) + timedelta(days=days)
        _change(_at(ws, now - timedelta(days=75)), secretary, policy_id, valid_until=until.isoformat())
    asked = get_policy(ws, secretary, "kindergarten").entry.questions
    _change(_at(ws, now - timedelta(days=9)), secretary, "kindergarten", questions=[*asked, ASKED_TOO])


def _change(ws: Workspace, actor: Actor, policy_id: str, **fields: object) -> None:
    entry = get_policy(ws, actor, policy_id).entry
    change_policy(ws, actor, policy_id, to_document(entry) | fields, entry.version)


def _at(ws: Workspace, at: datetime) -> Workspace:
    clock: Callable[[], datetime] = lambda: at  # noqa: E731
    return replace(ws, clock=clock)
