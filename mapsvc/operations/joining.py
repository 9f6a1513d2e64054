"""One thing reported twice: an issue joins a case, a case is merged into another, a joined issue gets its own again."""

from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import case_moves as moves
from mapsvc.domain.actors import Actor
from mapsvc.domain.cases import STATE_NAMES, Case, CaseState, CaseStep, open_case
from mapsvc.domain.issues import Issue
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.limits import limit_of
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.times import to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations import case_steps
from mapsvc.operations.case_detail import CaseDetail, detail_of
from mapsvc.operations.clock import working_days
from mapsvc.operations.issues import Where, index_issue
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, cases, ids, issues, joining, limits, search


def join_issue(ws: Workspace, actor: Actor, issue_id: str, case_id: str) -> CaseDetail:
    """Let an issue join the case `case_id` (an id or a number); the case it had is merged into it.

    Who reported it may, and who handles cases; once somebody began on its own case, who decides. Again: the same.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If either case is over, or something of its own stands on the issue's case.
    """
    require(actor, Action.REPORT_ISSUE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        issue = issues.by_id(conn, issue_id)
        if issue is None:
            raise NotFound("没有这件问题，请刷新后重试。", field="issue", code="unknown_issue")
        survivor = _named(conn, case_id)
        _require_may_join(conn, actor, issue)
        if issue.case_id != survivor.id:
            _join(conn, actor, issue, survivor, at)
        return detail_of(ws, conn, actor, survivor.id)


def merge_cases(ws: Workspace, actor: Actor, case_id: str, into: str, reason: str, version: int) -> CaseDetail:
    """Merge a case into another (an id or a number), with all its issues; returns the survivor.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If either is over, something of its own stands on the one that goes, or `version` is not its stored one.
    Refused
        If it is merged into itself.
    """
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        survivor = _named(conn, into)
        if survivor.id == case_id:
            raise Refused("不能并入自己，请填另一件案件的编号。", field="into", code="same_case")
        before = case_steps.held(conn, case_id)
        case_steps.require_fresh(conn, before, version)
        _merge(conn, actor, before, survivor, reason, at)
        return detail_of(ws, conn, actor, survivor.id)


def split_issue(ws: Workspace, actor: Actor, issue_id: str, reason: str) -> CaseDetail:
    """Give an issue that shares its case with others a case of its own again, its clock from its report.

    Raises
    ------
    NotFound, Forbidden
    Conflict
        If it has its case to itself.
    Refused
        If no reason is given.
    """
    require(actor, Action.DECIDE)
    at = to_second(ws.clock())
    with ws.write() as conn:
        issue = issues.by_id(conn, issue_id)
        if issue is None:
            raise NotFound("没有这件问题，请刷新后重试。", field="issue", code="unknown_issue")
        if not reason.strip():
            raise Refused("拆出来要写明原因。", field="reason", code="reason_missing")
        shared = case_steps.held(conn, issue.case_id)
        rest = [f.issue for f in issues.find(conn, shared.id) if f.issue.id != issue.id]
        if not rest:
            raise Conflict("这件案件只有这一个问题，不用拆。", code="alone")
        own = _own_case(conn, issue)
        cases.add(conn, own)
        issues.move_to_case(conn, [issue.id], own.id, None)
        if issue.joined_at is None:
            issues.move_to_case(conn, [rest[0].id], shared.id, None)
        _find_anew(conn, issue, shared)
        _tell_split(conn, actor, issue, own, shared, rest[0], reason.strip(), max(at, own.opened_at))
        return detail_of(ws, conn, actor, own.id)


def _named(conn: Connection, name: str) -> Case:
    """The case by id or number, or the one it was merged into, held."""
    by_number = issues.by_number(conn, name)
    case = case_steps.held(conn, by_number.case.id if by_number else name)
    return case_steps.held(conn, case.merged_into) if case.merged_into else case


def _require_may_join(conn: Connection, actor: Actor, issue: Issue) -> None:
    own = case_steps.held(conn, issue.case_id)
    if own.state is not CaseState.REPORTED:
        require(actor, Action.DECIDE)
    elif issue.reporter_id is None or issue.reporter_id != actor.person_id:
        require(actor, Action.MOVE_CASE)


def _join(conn: Connection, actor: Actor, issue: Issue, survivor: Case, at: datetime) -> None:
    own = case_steps.held(conn, issue.case_id)
    siblings = [f.issue for f in issues.find(conn, own.id) if f.issue.id != issue.id]
    if not siblings:
        _merge(conn, actor, own, survivor, "同一件事", at)
        return
    _require_open(survivor)
    issues.move_to_case(conn, [issue.id], survivor.id, at)
    if issue.joined_at is None:
        issues.move_to_case(conn, [siblings[0].id], own.id, None)
    target = issues.of_cases(conn, [survivor.id])[survivor.id].number
    case_steps.note(conn, actor, own.id, f"{issue.number}转到{target}", at)
    case_steps.note(conn, actor, survivor.id, f"并入{issue.number}", at)
    audit.append(conn, actor, "join_issue", "issue", issue.id, {"case": own.id}, {"case": survivor.id}, at)


def _merge(conn: Connection, actor: Actor, before: Case, survivor: Case, reason: str, at: datetime) -> None:
    _require_open(before)
    _require_open(survivor)
    if before.is_imported:
        raise Conflict("从台账导入的案件不能并走，请把另一件并进来。", code="imported")
    standing = joining.stands_on(conn, before.id)
    if standing:
        raise Conflict(f"这件案件上已经有{'、'.join(standing)}，请把另一件并进来。", code="has_own")
    at = max(at, case_steps.last_at(conn, before))
    number = issues.of_cases(conn, [survivor.id])[survivor.id].number
    told = f"{moves.MERGED}{number}"
    after = moves.merged(before, survivor.id, at, working_days(conn))
    where = case_steps.place_of_case(conn, before.id)
    issues.move_to_case(conn, [f.issue.id for f in issues.find(conn, before.id)], survivor.id, at)
    joining.hand_over(conn, before.id, survivor.id)
    if before.is_supervised and not survivor.is_supervised:
        cases.change(conn, survivor.id, is_supervised=True)
    said = f"{told}：{reason.strip()}" if reason.strip() else told
    case_steps.keep_step(conn, actor, before, after, said, at, "merge_case", survivor.id, where)


def _require_open(case: Case) -> None:
    if not case.is_open:
        raise Conflict(f"案件已经{STATE_NAMES[case.state]}，不能再并案。", code="case_over")


def _own_case(conn: Connection, issue: Issue) -> Case:
    n = 1
    while cases.by_id(conn, case_id := ids.of("case", issue.id, n)):
        n += 1
    limit = limit_of(issue.kind, None, limits.read(conn))
    return open_case(case_id, issue.received_at, limit, working_days(conn))


def _find_anew(conn: Connection, issue: Issue, shared: Case) -> None:
    """Let the issue's number lead to its new case, and no more to those it had before."""
    earlier = [ids.of("case", issue.id)]
    while cases.by_id(conn, earlier[-1]):
        earlier.append(ids.of("case", issue.id, len(earlier)))
    search.remove(conn, "case", [*earlier, *([shared.id] if issue.joined_at is None else [])])
    for one in issues.found_by_ids(conn, [issue.id]).values():
        name = one.place_name or one.shop_name
        index_issue(conn, one.issue, kind_of(one.issue.kind), Where(one.location, name=name))


def _tell_split(
    conn: Connection, actor: Actor, issue: Issue, own: Case, shared: Case, first: Issue, reason: str, at: datetime
) -> None:
    step_id = ids.of("case_step", own.id, 1)
    said = f"从{first.number}拆出：{reason}"
    cases.add_step(conn, CaseStep(step_id, own.id, CaseState.REPORTED, 1, at, None, said, actor.person_id))
    case_steps.tell(conn, actor, own.id, "case_step", step_id, at)
    case_steps.note(conn, actor, shared.id, f"{issue.number}拆出另办：{reason}", at)
    audit.append(conn, actor, "split_issue", "issue", issue.id, {"case": shared.id}, {"case": own.id}, at)
