"""红色响应 and orders of the demo: the leak at 27号, an order on its way, one that was refused and waits."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Street
from mapsvc.domain.orders import LEADS_TO, OrderAction, number_prefix
from mapsvc.domain.times import OFFICE_ZONE

At = Callable[[int, int, int], datetime]
"""Days ago, hour, minute."""
COMMITTEE, COMPANY = "兰凤新村居委会", "兰凤物业"
_LINK_DAYS = 30
_REFUSED = "井盖响，半夜吵人"
_A = OrderAction


class _Matter:
    """Adds what belongs to one case; ids come from the case's, so that the rest of the demo stays as it is."""

    def __init__(self, rows: Rows, told: dict[str, Any]) -> None:
        self.rows, self.told = rows, told
        self.case_id: str = told["case"]["id"]
        self.count = 0

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        """One more row."""
        self.count += 1
        row = {"id": str(uuid5(NAMESPACE_URL, f"{self.case_id}/response/{self.count}")), **values}
        self.rows.tables[table].append(row)
        return row

    def event(self, kind: str, ref: str, at: datetime, actor_id: str | None = None) -> None:
        """One line of history where the case is."""
        issue = self.told["issue"]
        self.rows.event(
            kind, ref, at, shop_id=issue["shop_id"], place_id=issue["place_id"], location_id=issue["location_id"],
            case_id=self.case_id, actor_id=actor_id,
        )  # fmt: skip

    def order(self, unit: str, what: str, due_at: datetime | None, by: str, *steps: tuple[_A, datetime, str]) -> None:
        """An order with all that was pressed; the first step is its sending."""
        made_at, last = steps[0][1], steps[-1]
        row = self.add(
            "work_order", case_id=self.case_id, number=_number(self.rows, made_at), to_unit=unit, what=what,
            state=LEADS_TO[last[0]].value, due_at=due_at, made_by=by, made_at=made_at,
            expires_at=made_at + timedelta(days=_LINK_DAYS), closed_at=last[1] if last[0] is _A.FIXED else None,
            paused_case=False,
        )  # fmt: skip
        row["token"] = urlsafe_b64encode(sha256(row["id"].encode()).digest()).decode().rstrip("=")
        for action, at, reason in steps:
            sender = by if action is _A.SEND else None
            step = self.add(
                "order_step", order_id=row["id"], action=action.value, reason=reason or None, actor_id=sender, at=at
            )
            self.event("order", step["id"], at, sender)


def add_responses(rows: Rows, street: Street, leak: dict[str, Any], next_door: dict[str, Any], ago: At) -> None:
    """27号 with its response, stood down, and the order that was done; the next door's order on its way."""
    _who_answers(rows)
    matter = _Matter(rows, leak)
    _response(matter, street, ago)
    matter.order(
        COMPANY, "更换201室阳台排水管，放水半小时看漏不漏", ago(26, 17, 0), street.secretary_id,
        (_A.SEND, ago(32, 11, 0), ""), (_A.ACCEPT, ago(32, 13, 30), ""), (_A.ARRIVE, ago(27, 9, 10), ""),
        (_A.FIXED, ago(27, 11, 40), "换了两米管，放水半小时不漏"),
    )  # fmt: skip
    _Matter(rows, next_door).order(
        COMPANY, "查立管三通，和27号是同一根", ago(-2, 17, 0), street.secretary_id,
        (_A.SEND, ago(3, 9, 40), ""), (_A.ACCEPT, ago(3, 10, 15), ""),
    )  # fmt: skip


def add_refusal(rows: Rows, street: Street) -> None:
    """An order whose company says that it is not theirs: the secretary has to decide."""
    issue = next(i for i in rows.tables["issue"] if i["description"] == _REFUSED)
    case = next(c for c in rows.tables["case_file"] if c["id"] == issue["case_id"])
    began: datetime = max(
        (s["at"] for s in rows.tables["case_step"] if s["case_id"] == case["id"]), default=case["opened_at"]
    )
    left = (rows.now - began) / 4
    sent, refused = (_whole(began + left * n) for n in (1, 2))
    _Matter(rows, {"case": case, "issue": issue}).order(
        COMPANY, "井盖垫胶圈，夜里别再响", rows.now + timedelta(days=1), street.secretary_id,
        (_A.SEND, sent, ""), (_A.NOT_OURS, refused, "这口井是市政的雨水井，不在小区里"),
    )  # fmt: skip


def _response(matter: _Matter, street: Street, ago: At) -> None:
    called_at, ended_at = ago(35, 10, 25), ago(33, 9, 0)
    row = matter.add(
        "response", case_id=matter.case_id, reason="雨后漏得厉害，布料在湿，业主不在上海",
        called_by=street.secretary_id, called_at=called_at, first_contact_at=ago(35, 13, 50), stood_down_at=ended_at,
        stood_down_by=street.secretary_id, outcome="业主联系上了，三方约好开议事会",
    )  # fmt: skip
    matter.event("response", row["id"], called_at, street.secretary_id)
    matter.event("response", row["id"], ended_at, street.secretary_id)
    entry = _entry(matter.rows)
    parties = (
        ("committee", COMMITTEE, None, 7),
        ("property", COMPANY, entry["duty_phone"], 15),
        ("owner", "周先生", None, None),
    )
    for role, name, phone, minutes in parties:
        came = called_at + timedelta(minutes=minutes) if minutes else None
        known = entry["id"] if role in ("committee", "property") else None
        party = matter.add(
            "response_party", response_id=row["id"], role=role, name=name, phone=phone, register_id=known,
            arrived_at=came,
        )  # fmt: skip
        if came:
            matter.event("response", party["id"], came, street.secretary_id)
    attempts = (
        ("phone", "wrong_number", ago(35, 10, 46), None, "问物业有没有别的号码"),
        ("neighbour", "told_on", ago(35, 11, 8), "邻居转告了业主的姐姐", "等回电，下午再打"),
        ("property", "reached", ago(35, 13, 50), "人在外地，后天回沪，同意先修", "约议事会"),
    )
    for way, result, at, note, next_step in attempts:
        one = matter.add(
            "contact_attempt", case_id=matter.case_id, response_id=row["id"], party="owner", way=way, result=result,
            note=note, next_step=next_step, actor_id=street.secretary_id, at=at,
        )  # fmt: skip
        matter.event("contact", one["id"], at, street.secretary_id)


def _who_answers(rows: Rows) -> None:
    """The doors around 27号 are those of the story's committee and company."""
    _entry(rows).update(residents_committee=COMMITTEE, property_company=COMPANY)


def _entry(rows: Rows) -> dict[str, Any]:
    return next(
        e for e in rows.tables["register_entry"]
        if (e["street"], e["number_from"], e["side"]) == ("岚皋西路", 1, "odd")
    )  # fmt: skip


def _number(rows: Rows, at: datetime) -> str:
    prefix = number_prefix(f"{at.astimezone(OFFICE_ZONE):%y%m%d}")
    taken = sum(o["number"].startswith(prefix) for o in rows.tables["work_order"])
    return f"{prefix}{taken + 1:02d}"


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
