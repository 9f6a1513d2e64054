"""撤回: what was recorded by mistake goes without a trace, unless somebody built on it since."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.actors import Actor
from mapsvc.domain.case_moves import step_name
from mapsvc.domain.cases import CaseState
from mapsvc.domain.issues import Issue
from mapsvc.domain.permissions import Action, Reach, reach, require
from mapsvc.domain.times import to_second
from mapsvc.domain.visits import Visit, VisitSource
from mapsvc.domain.withdrawals import Withdrawn, require_in_time
from mapsvc.errors import Conflict, NotFound
from mapsvc.operations.campaign_doors import untell_within
from mapsvc.operations.effects import undo_checks
from mapsvc.operations.issues import own_location_id
from mapsvc.operations.return_visits import unmark_returned
from mapsvc.operations.tenancies import turn_back
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, bulk, cases, events, issues, needs, promises, search, tenancy_changes, visits, withdrawn

_THIS_VISIT, _THIS_ISSUE = "这次登记", "这次上报"
# What others may have hung on a case that nobody took up yet.
_BUILT_ON = {
    "council": "开过议事会",
    "escalation": "督办",
    "response": "发起红色响应",
    "contact_attempt": "联系过人",
    "task": "派了任务",
    "work_order": "派单",
    "playbook_run": "用上治理样板",
    "case_note": "有人记了经过",
    "ticket": "和12345工单连上",
    "extension": "申请延期",
    "limit_change": "改过时限",
    "alert": "写进早发现的提醒",
}


def withdraw_visit(ws: Workspace, actor: Actor, visit_id: str) -> Withdrawn:
    """Take a visit back with all that came with it; the same again, or an id nobody knows, changes nothing more.

    Only the visit's own id is never written again: the same needs, promises and issues may come with another visit, for
    so a phone sends a visit that was corrected.

    An unknown id leaves a tombstone, whoever asks: the record may still be on its way. Nobody can burn another's record
    so: its id is a UUID that stands on its maker's phone alone until it is in the store, and what is in the store goes
    by `require_in_time`.

    Raises
    ------
    Forbidden, Refused
        Not the actor's own, or too long ago.
    Conflict
        If somebody built on it since; names what.
    NotFound
        If the id is an issue's.
    """
    _require_any_leave(actor)
    at = to_second(ws.clock())
    with ws.write() as conn:
        if gone := withdrawn.by_id(conn, visit_id):
            return gone
        visit = visits.by_id(conn, visit_id)
        if visit is not None:
            require_in_time(actor, visit.worker_id, visit.received_at, at)
            _remove_visit(conn, actor, visit, at)
            audit.append(conn, actor, "withdraw_visit", "visit", visit.id, visit, None, at)
        elif issues.by_id(conn, visit_id):
            raise NotFound("这个编号是一件上报的问题，不是走访，请在问题里撤回。", field="id", code="not_a_visit")
        return _bury(conn, actor, visit_id, "visit", at)


def withdraw_issue(ws: Workspace, actor: Actor, issue_id: str) -> Withdrawn:
    """Take an issue back with its case; as `withdraw_visit`. The visit it came with stays."""
    _require_any_leave(actor)
    at = to_second(ws.clock())
    with ws.write() as conn:
        if gone := withdrawn.by_id(conn, issue_id):
            return gone
        if not _withdraw_issue(conn, actor, issue_id, at) and visits.by_id(conn, issue_id):
            raise NotFound("这个编号是一次走访，不是上报的问题，请在走访里撤回。", field="id", code="not_an_issue")
        return _bury(conn, actor, issue_id, "issue", at)


def withdraw_issue_within(conn: Connection, actor: Actor, issue_id: str, at: datetime) -> None:
    """Take an issue back in the caller's transaction, as `withdraw_issue`."""
    _require_any_leave(actor)
    if _withdraw_issue(conn, actor, issue_id, at):
        _bury(conn, actor, issue_id, "issue", at)


def _withdraw_issue(conn: Connection, actor: Actor, issue_id: str, at: datetime) -> bool:
    issue = issues.by_id(conn, issue_id)
    if issue is None:
        return False
    require_in_time(actor, issue.reporter_id, issue.received_at, at)
    _require_issue_untouched(conn, issue, frozenset(), _THIS_ISSUE)
    _remove_issues(conn, [issue])
    audit.append(conn, actor, "withdraw_issue", "issue", issue.id, issue, None, at)
    return True


def _require_any_leave(actor: Actor) -> None:
    if reach(actor, Action.WITHDRAW) is Reach.NONE:
        require(actor, Action.WITHDRAW)


def _bury(conn: Connection, actor: Actor, record_id: str, kind: str, at: datetime) -> Withdrawn:
    stone = Withdrawn(record_id, kind, at, actor.person_id)
    withdrawn.add(conn, stone)
    return stone


def _remove_visit(conn: Connection, actor: Actor, visit: Visit, at: datetime) -> None:
    if visit.source is VisitSource.LEDGER:
        raise Conflict("这次走访是从台账导入的，请在台账里改，或撤销那次导入。", code="imported")
    voiced, promised = needs.of_visit(conn, visit.id), promises.of_visit(conn, visit.id)
    found = issues.of_visit(conn, visit.id)
    own = frozenset({visit.id, *(n.id for n in voiced), *(p.id for p in promised), *(i.id for i in found)})
    for one in promised:
        if not one.is_open:
            done = "办好了" if one.kept_at else "撤回了"
            raise Conflict(f"答应的“{one.text}”已经{done}，不能撤回{_THIS_VISIT}。", code="touched")
    for need in voiced:
        if need.is_touched:
            raise Conflict(f"店主说的“{need.text}”已经有人接着办了，不能撤回{_THIS_VISIT}。", code="touched")
    for issue in found:
        _require_issue_untouched(conn, issue, own, _THIS_VISIT)
    change = tenancy_changes.of_visit(conn, visit.id)
    undo_checks(conn, visit.id)
    unmark_returned(conn, visit)
    untell_within(conn, actor, visit.id, at)
    _remove_issues(conn, found)
    events.forget(conn, sorted(own))
    for table in ("photo", "promise", "need"):
        bulk.remove(conn, table, [visit.id], "visit_id")
    tenancy_changes.remove(conn, visit.id)
    _remove_records(conn, "visit", [visit.id])
    if change:
        turn_back(conn, actor, change, visit.happened_at, own, at)


def _require_issue_untouched(conn: Connection, issue: Issue, own: frozenset[str], what: str) -> None:
    case = cases.by_id(conn, issue.case_id)
    assert case is not None  # an issue has a case from its first second
    if case.is_imported:
        raise Conflict("这件问题是从台账导入的，请在台账里改，或撤销那次导入。", code="imported")
    if case.version > 1 or case.state is not CaseState.REPORTED:
        steps = cases.steps(conn, case.id)
        moved = step_name(steps[-1]) if steps else "动过"
        raise Conflict(f"案件{issue.number}已经{moved}，不能撤回{what}，请在案件里处理。", code="touched")
    if len(issues.find(conn, case.id)) > 1 or bulk.rows_by_ids(conn, "case_file", [case.id], "merged_into"):
        raise Conflict(f"案件{issue.number}已经和别的问题并案，不能撤回{what}，请在案件里处理。", code="touched")
    for table, done in _BUILT_ON.items():
        if bulk.rows_by_ids(conn, table, [case.id], "case_id"):
            raise Conflict(f"案件{issue.number}已经{done}，不能撤回{what}，请在案件里处理。", code="touched")
    for made in bulk.rows_by_ids(conn, "promise", [issue.id], "issue_id"):
        if made.id not in own:
            told = f"为案件{issue.number}答应了“{made.text}”，不能撤回{what}，请在案件里处理。"
            raise Conflict(told, code="touched")


def _remove_issues(conn: Connection, some: Sequence[Issue]) -> None:
    ids, case_ids = [i.id for i in some], [i.case_id for i in some]
    events.forget(conn, [*ids, *bulk.steps_of(conn, case_ids)])
    search.remove(conn, "case", case_ids)
    bulk.remove(conn, "photo", ids, "issue_id")
    bulk.change(
        conn, "promise", [{"id": p.id, "issue_id": None} for p in bulk.rows_by_ids(conn, "promise", ids, "issue_id")]
    )
    _remove_records(conn, "issue", ids)
    bulk.remove(conn, "case_step", case_ids, "case_id")
    bulk.remove(conn, "case_file", case_ids)
    points = [i.location_id for i in some if i.location_id == own_location_id(i.id)]
    leaned_on = bulk.leaned_on(conn, "location", points)
    bulk.remove(conn, "location", [p for p in points if p not in leaned_on])


def _remove_records(conn: Connection, table: str, ids: Sequence[str]) -> None:
    bulk.remove(conn, table, ids)
    # An import may have met the record since: it forgets it too.
    bulk.remove(conn, "import_row", ids, "record_id")
