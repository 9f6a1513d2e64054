"""One of everything that waits at 27号 of `tests.support.street`, as other parts write it: what the desk shows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.support import street
from tests.support.street import Street, uid
from tests.support.tickets import ticket, ticket_file

if TYPE_CHECKING:
    from pathlib import Path

    from mapsvc.operations.workspace import Workspace

COMMITTEE, PROPERTY = "联合新村居委会", "绿苑物业"
WAITING = {
    "reported": 1, "refused_orders": 1, "reopenings": 1, "extensions": 1, "councils": 1, "hard_needs": 1,
    "relapses": 1, "tickets_to_sign": 2, "tickets_unmatched": 1, "tickets_contact": 3, "tickets_due": 1,
    "tasks_due": 1, "promises_due": 1, "needs_due": 1, "notices_down": 1, "not_visited": 2, "untold": 1,
}  # fmt: skip
"""How many stand in each list of the office."""


def put(ws: Workspace, table: str, **values: Any) -> str:
    """A row as other parts write it."""
    from mapsvc.store.tables import metadata

    row = {"id": uid(f"{table} {sorted(values.items(), key=str)}"), **values}
    with ws.write() as conn:
        conn.execute(metadata.tables[table].insert(), [row])
    return str(row["id"])


def build(ws: Workspace, folder: Path) -> Street:
    """Fill an empty store."""
    from mapsvc.domain.actors import SYSTEM
    from mapsvc.operations import ticket_import
    from mapsvc.operations.issues import NewIssue, report_issue

    people = street.build(ws)
    done = report_issue(ws, people.chen, NewIssue(uid("leak"), "L0001", "漏水，13812345678", shop="LT0001"))
    _of_case(ws, done.found.case.id)  # type: ignore[union-attr]
    _at_the_door(ws)
    rows = [ticket(), ticket(1002, 发生地址="老地方"), ticket(1003, 状态="办理中", **{"办理时限(工作日)": 1})]
    ticket_import.import_tickets(ws, SYSTEM, ticket_file(folder / "t.xlsx", *rows))
    return people


def _of_case(ws: Workspace, case: str) -> None:
    now, hour = ws.clock(), timedelta(hours=1)
    response = put(ws, "response", case_id=case, reason="漏得厉害", called_at=now)
    put(ws, "response_party", response_id=response, role="committee", name=COMMITTEE)
    tried = {"party": "owner", "way": "phone", "result": "no_answer", "at": now, "next_at": now + hour}
    put(ws, "contact_attempt", case_id=case, response_id=response, **tried)
    for state in ("not_ours", "sent"):
        sent = {
            "number": f"PD-{state}",
            "token": f"{state:x>43}",
            "to_unit": PROPERTY,
            "what": "看管道",
            "made_at": now,
        }
        put(ws, "work_order", case_id=case, state=state, expires_at=now + 30 * hour, **sent)
    put(ws, "reopening", case_id=case, reason="又漏了", filed_at=now)
    put(ws, "extension", case_id=case, reason="等天晴", until_at=now + 99 * hour, asked_at=now)
    planned = put(ws, "council", case_id=case, held_at=now + hour, state="planned")
    put(ws, "council_party", council_id=planned, role="committee", name=COMMITTEE)
    put(ws, "council", case_id=case, held_at=now - hour, state="held")
    todo = {"origin": "manual", "text": "换管", "role": "property", "owner_name": PROPERTY}
    put(ws, "task", case_id=case, due_at=now + hour, made_at=now, **todo)


def _at_the_door(ws: Workspace) -> None:
    now, hour, shop = ws.clock(), timedelta(hours=1), {"shop_id": uid("LT0001")}
    put(ws, "need", text="想换招牌", way="hard_case", voiced_at=now, **shop)
    put(ws, "need", text="问政策", way="handed_on", voiced_at=now, due_at=now + hour, **shop)
    put(ws, "promise", text="回个话", promised_at=now, due_at=now + hour, **shop)
    put(ws, "promise", text="问清了", promised_at=now, kept_at=now, **shop)
    days = {"from_day": date(2026, 11, 1), "until_day": date(2026, 11, 20)}
    put(ws, "notice", title="温馨提示", text="垃圾入桶", place_id=uid("PD0001"), made_at=now, **days)
    seen = {"origin": "effect", "kind": "06010", "text": "回访看到没有了", "is_relapsed": True}
    put(ws, "watch", place_id=uid("PD0001"), from_at=now, made_at=now, **seen)
