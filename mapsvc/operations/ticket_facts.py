"""What was done in a case, as an outsider may be told it: steps, who came, what was repaired; no person's name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain.cases import CaseState
from mapsvc.domain.effects import RESULT_NAMES, Result
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.orders import OrderAction
from mapsvc.domain.privacy import Leavers, mask_phones_in
from mapsvc.domain.responses import PARTY_ROLE_NAMES, PRIVATE_ROLES
from mapsvc.store import cases, councils, effects, issues, orders, people, responses, tasks, tickets

_FOUND: dict[IssueSource, str] = {
    IssueSource.PATROL: "工作人员巡查时已经发现并记下",
    IssueSource.VISIT: "工作人员走访时已经发现并记下",
    IssueSource.RESIDENT: "接到居民反映并记下",
    IssueSource.MERCHANT: "接到商户反映并记下",
    IssueSource.CARD: "接到商户反映并记下",
    IssueSource.APP: "工作人员已经记下",
}
_STEPS: dict[CaseState, str] = {
    CaseState.SELF_CORRECTING: "劝导并请对方自行整改",
    CaseState.DISPATCHED: "立案并派人办理",
    CaseState.HANDLING: "开始处理",
    CaseState.VERIFYING: "处理完，到现场核查",
    CaseState.CLOSED: "核查通过，办结",
    CaseState.SUSPENDED: "因故暂停，等条件具备再办",
}
_ORDERED: dict[OrderAction, str] = {OrderAction.ARRIVE: "到场", OrderAction.FIXED: "修好"}
_SEEN = {Result.GONE: "已经好了", Result.BETTER: "有好转", Result.SAME: "还需要再办", Result.WORSE: "还需要再办"}


@dataclass(frozen=True)
class Fact:
    """One thing that was done, in words that may go out."""

    at: datetime
    text: str


def state_of(conn: Connection, case_id: str) -> CaseState | None:
    """How the case stands."""
    case = cases.by_id(conn, case_id)
    return case.state if case else None


def of_case(conn: Connection, case_id: str) -> list[Fact]:
    """Everything done in a case, the first first; the same words on one day once."""
    hide = _hider(conn, case_id)
    found = [*_steps(conn, case_id), *_response(conn, case_id), *_orders(conn, case_id)]
    for council in councils.of_case(conn, case_id):
        cause = f"，查明{hide(council.root_cause)}" if council.root_cause else ""
        found.append(Fact(council.held_at, f"请各方坐下来商量{cause}"))
    for task in tasks.of_case(conn, case_id):
        # What somebody pays another is theirs alone.
        if task.done_at and task.amount_fen is None:
            found.append(Fact(task.done_at, f"完成“{hide(task.text)}”"))
    for check in effects.of_case(conn, case_id):
        found.append(Fact(check.at, f"回访，{_SEEN.get(check.result, RESULT_NAMES[check.result])}"))
    return _once(sorted(found, key=lambda f: f.at))


def _once(found: list[Fact]) -> list[Fact]:
    seen: set[tuple[object, str]] = set()
    kept = []
    for fact in found:
        key = (fact.at.date(), fact.text)
        if key not in seen:
            seen.add(key)
            kept.append(fact)
    return kept


def _steps(conn: Connection, case_id: str) -> list[Fact]:
    found = []
    for one in issues.find(conn, case_id)[:1]:
        if text := _FOUND.get(one.issue.source):
            found.append(Fact(one.issue.happened_at, text))
    for step in cases.steps(conn, case_id):
        if step.from_state is not None and (text := _STEPS.get(step.to_state)):
            found.append(Fact(step.at, text))
    return found


def _response(conn: Connection, case_id: str) -> list[Fact]:
    found = []
    for response in responses.of_case(conn, case_id):
        parties = responses.parties(conn, [response.id])
        called = "、".join(dict.fromkeys(PARTY_ROLE_NAMES[p.role] for p in parties))
        found.append(Fact(response.called_at, f"请{called or '有关各方'}一起来办"))
        found += [
            Fact(p.arrived_at, f"{PARTY_ROLE_NAMES[p.role]}到场")
            for p in parties
            if p.arrived_at and p.role not in PRIVATE_ROLES
        ]
    return found


def _orders(conn: Connection, case_id: str) -> list[Fact]:
    sent = {order.id: order for order in orders.of_case(conn, case_id)}
    return [
        Fact(step.at, f"{sent[step.order_id].to_unit}{_ORDERED[step.action]}")
        for step in orders.steps(conn, sent)
        if step.action in _ORDERED
    ]


def _hider(conn: Connection, case_id: str) -> Callable[[str], str]:
    """Takes names of persons and numbers out of a text."""
    names, phones = tickets.people_of_case(conn, case_id)
    parties = Leavers.of(names, phones)
    staff = Leavers.of((n for p in people.staff(conn) for n in (p.name, p.nickname) if n), ())

    def hide(text: str) -> str:
        return mask_phones_in(staff.hide(parties.hide(text, "当事人"), "工作人员")).strip().rstrip("。；")

    return hide
