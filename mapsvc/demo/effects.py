"""The loop of the street: what return visits found, who sees to what was voiced, what the merchants were told."""

from datetime import datetime, timedelta
from typing import Any

from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.demo.visits import at_office
from mapsvc.domain.times import office_day

_WHOSE, _BACK_TO = "小陈", ("岚皋西路", 33)
_CHECKED_DAYS = 200
_RESULTS = ("gone", "gone", "better", "gone", "gone", "same", "gone", "better")
_SAID = ("satisfied", "satisfied", "fair", "satisfied", None, "satisfied", "unsatisfied")
_NOTES = ("店主说好多了", None, "雨后看过，没再犯", None, "门口清爽了", None)
_GIVEN_TO = {"水电煤": "市政养护", "装卸停车": "街面秩序组", "垃圾清运": "市容所", "证照办理": "市场监管所"}
_DONE_BY = {
    "handed_on": "问过了，按他们的答复办好了",
    "hard_case": "几家一起商量，办下来了",
}
_TOLD_AFTER = timedelta(hours=20)
_UNTOLD_NEEDS, _UNTOLD_PROMISES = 1, 1
_COLUMNS = {
    "need": ("handler_id", "handler_name", "due_at", "case_id", "outcome", "told_at"),
    "promise": ("case_id", "told_at"),
    "effect_check": ("case_id", "run_id", "place_id", "shop_id", "visit_id", "satisfaction", "told_by", "note"),
}


def add_effects(rows: Rows, street: Street) -> None:
    """Close the loops of two years, and leave open what is to be looked at today."""
    _one_return_visit(rows, street)
    checked = _check_what_was_returned_to(rows, street)
    _came_back(rows, street, checked)
    _see_to_needs(rows)
    _tell(rows)
    # Rows of one table are written together: all have the same columns.
    for table, columns in _COLUMNS.items():
        for row in rows.tables[table]:
            for name in columns:
                row.setdefault(name, None)


def _one_return_visit(rows: Rows, street: Street) -> None:
    """Of all that waits today, one is for the day that is laid out: a colleague had put it right there."""
    today, yesterday = office_day(rows.now), at_office(office_day(rows.now) - timedelta(days=1), 16, 30)
    door, helper = street.door(*_BACK_TO), street.workers["小李"]
    for case, issue in _cases(rows):
        if case["state"] != "closed" or not case["return_visit_due_at"] or case["return_visited_at"]:
            continue
        if issue["shop_id"] == door.id:
            issue["reporter_id"] = helper
            for step in rows.tables["case_step"]:
                if step["case_id"] == case["id"] and step["to_state"] in ("handling", "verifying"):
                    step["actor_id"] = helper
        elif issue["shop_id"] and office_day(case["return_visit_due_at"]) <= today:
            case["return_visited_at"] = max(case["closed_at"], min(case["return_visit_due_at"], yesterday))


def _check_what_was_returned_to(rows: Rows, street: Street) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What was found at every return visit of the last months; returns the cases with their issues."""
    since = rows.now - timedelta(days=_CHECKED_DAYS)
    known = {row.get("case_id") for row in rows.tables["effect_check"]}
    found = [
        (case, issue)
        for case, issue in _cases(rows)
        if case["state"] == "closed" and (case["return_visited_at"] or since) > since and case["id"] not in known
    ]
    doors = {door.id: door for door in street.doors}
    for n, (case, issue) in enumerate(found):
        door = doors.get(issue["shop_id"] or "")
        said = _SAID[n % len(_SAID)] if door else None
        _check(
            rows, street, case, issue, door, case["return_visited_at"], result=_RESULTS[n % len(_RESULTS)],
            satisfaction="fair" if said == "unsatisfied" else said, note=_NOTES[n % len(_NOTES)],
        )  # fmt: skip
    return found


def _check(
    rows: Rows,
    street: Street,
    case: dict[str, Any],
    issue: dict[str, Any],
    door: Door | None,
    at: datetime,
    **told: Any,
) -> dict[str, Any]:
    """One look at what came of a case, by somebody who did not put it right."""
    names = sorted(street.workers)
    own = door.worker if door else ""
    who = street.workers[names[(names.index(own) + 1) % len(names)] if own in names else names[0]]
    check = rows.add(
        "effect_check", case_id=case["id"], place_id=issue["place_id"], shop_id=issue["shop_id"],
        told_by="merchant" if told.get("satisfaction") else "seen", actor_id=who, at=at, received_at=at, **told,
    )  # fmt: skip
    rows.event(
        "effect", check["id"], at, shop_id=issue["shop_id"], place_id=issue["place_id"],
        location_id=issue["location_id"], case_id=case["id"], actor_id=who,
        tenancy_id=door.tenancy_id if door else None,
    )  # fmt: skip
    return check


def _came_back(rows: Rows, street: Street, checked: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Closed, looked at the day before yesterday, and back: the secretary has to say whether it is taken up again."""
    doors = {door.id: door for door in street.doors if door.worker != _WHOSE}
    theirs = [pair for pair in checked if pair[1]["shop_id"] in doors and pair[1]["kind"] in ("09005", "L0003")]
    case, issue = max(theirs, key=lambda pair: (pair[0]["closed_at"], pair[0]["id"]))
    at = at_office(office_day(rows.now) - timedelta(days=2), 15, 20)
    at = max(at, case["closed_at"] + timedelta(hours=1))
    gone = {row["id"] for row in rows.tables["effect_check"] if row.get("case_id") == case["id"]}
    rows.tables["effect_check"] = [row for row in rows.tables["effect_check"] if row["id"] not in gone]
    rows.tables["event"] = [event for event in rows.tables["event"] if event["ref"] not in gone]
    case["return_visited_at"] = at
    door = doors[issue["shop_id"]]
    told = {"result": "back", "satisfaction": "unsatisfied", "note": "收了三天又摆出来，隔壁有意见"}
    check = _check(rows, street, case, issue, door, at, **told)
    filed = rows.add(
        "reopening", case_id=case["id"], check_id=check["id"], filed_by=check["actor_id"], filed_at=at,
        reason=f"回访：又来了，店主不满意：{told['note']}", decided_at=None, decided_by=None, is_accepted=None,
        decision=None,
    )  # fmt: skip
    rows.event(
        "note", filed["id"], at, shop_id=issue["shop_id"], location_id=issue["location_id"], case_id=case["id"],
        actor_id=check["actor_id"],
    )  # fmt: skip


def _see_to_needs(rows: Rows) -> None:
    """Who sees to what was handed on, by when; what came of what is done; a few stay open without anybody."""
    today = office_day(rows.now)
    open_ones = [n for n in rows.tables["need"] if n["settled_at"] is None and n["way"]]
    for n, need in enumerate(sorted(open_ones, key=lambda row: (row["voiced_at"], row["id"]))):
        if need["way"] == "handed_on" and n % 3 != 2:
            need["handler_name"] = _GIVEN_TO.get(need["topic"] or "", "街道办")
            need["due_at"] = at_office(today + timedelta(days=n * 2 - 1), 17, 0)
    for need in rows.tables["need"]:
        if need["settled_at"] and need["settled_at"] > need["voiced_at"]:
            need["outcome"] = _DONE_BY.get(need["way"] or "", "办好了")


def _tell(rows: Rows) -> None:
    """Merchants were told what came of it; of the last ones not yet."""
    late = [n for n in rows.tables["need"] if n["settled_at"] and n["settled_at"] > n["voiced_at"]]
    late.sort(key=lambda row: (row["settled_at"], row["id"]))
    for need in late[: len(late) - _UNTOLD_NEEDS]:
        need["told_at"] = min(need["settled_at"] + _TOLD_AFTER, rows.now)
    kept = sorted((p for p in rows.tables["promise"] if p["kept_at"]), key=lambda row: (row["kept_at"], row["id"]))
    for promise in kept[: len(kept) - _UNTOLD_PROMISES]:
        promise["told_at"] = min(promise["kept_at"] + _TOLD_AFTER, rows.now)


def _cases(rows: Rows) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Cases with the first of their issues, in the order of their making."""
    first: dict[str, dict[str, Any]] = {}
    for issue in rows.tables["issue"]:
        first.setdefault(issue["case_id"], issue)
    return [(case, first[case["id"]]) for case in rows.tables["case_file"] if case["id"] in first]
