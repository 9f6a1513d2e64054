"""12345工单 of the demo: calls about what the street knew already, calls it did not, and what waits this morning."""

from datetime import datetime, timedelta
from typing import Any

from mapsvc.demo.issues import Casebook
from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.demo.visits import at_office
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.tickets import days_after, first_contact_due
from mapsvc.domain.times import OFFICE_ZONE, office_day
from mapsvc.store import ids

_WINDOW_DAYS = 84
_EVERY, _MOST = 6, 9
_REQUESTS = ("help", "complaint", "suggestion", "help", "enquiry")
# door, kind, days ago: nobody had told the block before.
_UNKNOWN: tuple[tuple[str, int, str, int], ...] = (
    ("岚皋路", 433, "L0007", 71),
    ("岚皋西路", 151, "L0004", 55),
    ("岚皋路", 297, "07003", 43),
    ("岚皋西路", 255, "L0007", 27),
    ("岚皋路", 512, "L0006", 16),
)


def add_tickets(rows: Rows, street: Street, book: Casebook) -> None:
    """Add every ticket; what was known before the calls is looked up once the demo is written."""
    book_of = _Tickets(rows, street, book)
    book_of.known_before()
    book_of.not_known()
    book_of.waiting()


class _Tickets:
    def __init__(self, rows: Rows, street: Street, book: Casebook) -> None:
        self._rows, self._street, self._book = rows, street, book
        self._doors = {door.id: door for door in street.doors}
        self._count = 0

    def known_before(self) -> None:
        """Somebody rang about what a call or a patrol had found days before; answered out of its case."""
        now = self._rows.now
        since, until = now - timedelta(days=_WINDOW_DAYS), now - timedelta(days=9)
        found = [
            issue
            for issue in self._rows.tables["issue"]
            if issue["shop_id"] and since <= issue["happened_at"] < until and issue["source"] != "hotline"
        ]
        found.sort(key=lambda issue: (issue["happened_at"], issue["id"]))
        leak = [i for i in found if i["kind"] == "L0001" and self._doors[i["shop_id"]].number == 27]
        for n, issue in enumerate([*leak[:1], *[i for i in found if i not in leak][::_EVERY][:_MOST]]):
            called = _at(issue["happened_at"], 2 + n % 5, 10 + n % 7, 7 * n % 60)
            door = self._doors[issue["shop_id"]]
            what = f"{door.street}{door.number}号{kind_of(issue['kind']).name}"
            answer = f"您好！您反映的{what}，我们已到现场处理。感谢您的来电。"
            self._add(door, issue["kind"], called, state="answered", case_id=issue["case_id"], answer=answer)

    def not_known(self) -> None:
        """Somebody rang first."""
        for n, (name, number, kind, days) in enumerate(_UNKNOWN):
            called = at_office(office_day(self._rows.now) - timedelta(days=days), 11 + n, 20)
            answer = "您好！您反映的情况我们已到现场看过并处理。感谢您的来电。"
            self._add(self._near(name, number), kind, called, state="answered", answer=answer, is_solved=n != 3)
        away = at_office(office_day(self._rows.now) - timedelta(days=12), 15, 40)
        self._add(
            None, "L0007", away, state="returned", address="中山北路1号", return_reason="在中山北路以南，属别的街道",
            returned_at=away + timedelta(hours=20),
        )  # fmt: skip

    def waiting(self) -> None:
        """What is on the desk this morning: two about one door, one due today, one nobody can place."""
        today = office_day(self._rows.now)
        goods = self._near("岚皋西路", 104)
        self._add(goods, "09005", at_office(today - timedelta(days=3), 19, 12), state="handling", contacted=True)
        self._add(goods, "09005", self._last_evening(), state="to_sign", is_repeat=True)
        self._add(None, "06010", self._due_today(), state="handling", place="PD0001", contacted=True)
        self._add(None, None, self._last_evening() + timedelta(minutes=33), state="to_sign", address="老菜场后门",
                  text="市民来电反映晚上有人敲铁皮，希望看看")  # fmt: skip

    def _last_evening(self) -> datetime:
        return min(at_office(office_day(self._rows.now) - timedelta(days=1), 20, 5), self._rows.now)

    def _due_today(self) -> datetime:
        """Called so that its five working days end with this day, or the last one before it."""
        today = office_day(self._rows.now)
        for days in range(5, 30):
            called = at_office(today - timedelta(days=days), 14, 25)
            if office_day(days_after(called, 5, self._book.working)) <= today:
                return called
        return at_office(today - timedelta(days=7), 14, 25)

    def _near(self, name: str, number: int) -> Door:
        same = [d for d in self._street.doors if d.street == name and d.is_open and d.number % 2 == number % 2]
        return min(same, key=lambda d: (abs(d.number - number), d.number))

    def _add(
        self, door: Door | None, kind: str | None, called: datetime, *, state: str, place: str | None = None,
        contacted: bool = False, text: str = "", **more: Any,
    ) -> None:  # fmt: skip
        self._count += 1
        spot = self._street.places[place] if place else None
        number = f"SH{called.astimezone(OFFICE_ZONE):%Y%m%d}{1000 + self._count}"
        days = 5
        due = days_after(called, days, self._book.working)
        is_done = state == "answered"
        answered = min(due - timedelta(hours=26), self._rows.now) if is_done else None
        reached = called + timedelta(hours=1, minutes=20) if is_done or contacted else None
        values: dict[str, Any] = {
            "id": ids.of("demo_ticket", number),
            "number": number,
            "called_at": called,
            "request": _REQUESTS[self._count % len(_REQUESTS)],
            "text": text or f"市民来电反映{kind_of(kind).name}，希望尽快处理" if kind else text,
            "address": f"{door.street}{door.number}号" if door else spot["name"] if spot else None,
            "unit": "石泉路街道",
            "kind": kind,
            "location_id": door.location["id"] if door else spot["location"]["id"] if spot else None,
            "shop_id": door.id if door else None,
            "place_id": spot["id"] if spot else None,
            "case_id": None,
            "state": state,
            "is_repeat": False,
            "limit_days": days,
            "first_contact_due_at": first_contact_due(called, self._book.working),
            "first_contact_at": reached,
            "due_at": due,
            "returned_at": None,
            "return_reason": None,
            "answer": None,
            "answered_at": answered,
            "is_solved": True if is_done else None,
            "satisfaction": "satisfied" if is_done else None,
            "received_at": called + timedelta(minutes=10),
        } | more
        if values["is_solved"] is False:
            values["satisfaction"] = "unsatisfied"
        self._rows.tables["ticket"].append(values)
        where = {name: values[name] for name in ("shop_id", "place_id", "location_id", "case_id")}
        tenancy = door.tenancy_id if door else None
        self._rows.event("ticket", values["id"], called, tenancy_id=tenancy, **where)
        if answered:
            self._rows.event("ticket", values["id"], answered, tenancy_id=tenancy, **where)


def _at(after: datetime, days: int, hour: int, minute: int) -> datetime:
    return at_office(office_day(after) + timedelta(days=days), hour, minute)
