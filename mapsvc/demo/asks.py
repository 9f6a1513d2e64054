"""What is asked about open cases of the demo: more time, urging, supervision."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mapsvc.demo.rows import Rows

Row = dict[str, Any]


def add_asks(rows: Rows) -> None:
    """One case waits for more time; of those past their time one was urged on and one is supervised."""
    first = {row["case_id"]: row for row in reversed(rows.tables["issue"])}
    open_ = [c for c in rows.tables["case_file"] if c["state"] == "handling" and c["due_at"] and c["id"] in first]
    late = sorted((c for c in open_ if c["due_at"] < rows.now), key=lambda c: (c["due_at"], c["id"]))
    early = sorted((c for c in open_ if c["due_at"] >= rows.now), key=lambda c: (c["due_at"], c["id"]))
    if early:
        _extension(rows, first, early[0])
    for case, told in zip(late, (_urging, _supervision), strict=False):
        told(rows, first, case)


def _extension(rows: Rows, first: dict[str, Row], case: Row) -> None:
    issue, at = first[case["id"]], _ago(rows, case, 40)
    _add(
        rows, "extension", case, issue, at, issue.get("reporter_id"), ticket_id=None, reason="等配件，厂家说后天到",
        until_at=case["due_at"] + timedelta(days=2), asked_by=issue.get("reporter_id"), asked_at=at, decided_at=None,
        decided_by=None, is_granted=None, decision=None,
    )  # fmt: skip


def _urging(rows: Rows, first: dict[str, Row], case: Row) -> None:
    at = _ago(rows, case, 30)
    told = {"kind": "urge", "reason": "已经过时了，今天下班前给个准话", "actor_id": None, "at": at, "lifted_at": None}
    _add(rows, "escalation", case, first[case["id"]], at, None, **told)


def _supervision(rows: Rows, first: dict[str, Row], case: Row) -> None:
    at = _ago(rows, case, 20)
    told = {"kind": "supervise", "reason": "居民第二次来问", "actor_id": None, "at": at, "lifted_at": None}
    _add(rows, "escalation", case, first[case["id"]], at, None, **told)
    case["is_supervised"] = True


def _ago(rows: Rows, case: Row, minutes: int) -> Any:
    return max(rows.now - timedelta(minutes=minutes), case["opened_at"])


def _add(rows: Rows, table: str, case: Row, issue: Row, told_at: Any, by: str | None, **values: Any) -> None:
    # Ids come from the case's, so that the rest of the demo stays as it is.
    row = {"id": str(uuid5(NAMESPACE_URL, f"{case['id']}/{table}")), "case_id": case["id"], **values}
    rows.tables[table].append(row)
    rows.event(
        "note", row["id"], told_at, shop_id=issue["shop_id"], place_id=issue["place_id"],
        location_id=issue["location_id"], case_id=case["id"], actor_id=by,
    )  # fmt: skip
