"""The stories of the street, told relative to now: the leak at 27号, the changed shop, what is open this morning."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from mapsvc.demo.alarms import add_alarms
from mapsvc.demo.asks import add_asks
from mapsvc.demo.councils import complete_leak, complete_no_agreement
from mapsvc.demo.day import lay_out_day
from mapsvc.demo.effects import add_effects
from mapsvc.demo.issues import Casebook, at_door, at_place
from mapsvc.demo.playbooks import add_playbooks
from mapsvc.demo.responses import add_refusal, add_responses
from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.demo.tickets import add_tickets
from mapsvc.demo.visits import add_need, add_promise, add_visit, at_office
from mapsvc.domain.clock import DAY_MIN, Limit, LimitCalendar, due_at
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import office_day


def tell_stories(rows: Rows, street: Street, book: Casebook) -> None:
    """Add every story to a street that has its ordinary two years."""
    _changed_hands(rows, street.door("岚皋西路", 27))
    _the_leak(rows, street, book)
    _no_agreement(rows, street, book)
    _kindergarten(rows, street.door("岚皋西路", 27))
    _what_happened_around(rows, street)
    _open_this_morning(rows, street, book)
    lay_out_day(rows, street, book)
    add_tickets(rows, street, book)
    add_refusal(rows, street)
    add_playbooks(rows, street)
    add_effects(rows, street)
    add_asks(rows)
    add_alarms(rows, street, book)


def _ago(rows: Rows, days: int, hour: int, minute: int) -> datetime:
    return at_office(office_day(rows.now) - timedelta(days=days), hour, minute)


def _changed_hands(rows: Rows, door: Door) -> None:
    """Until seventeen months ago another shop was here; its people are gone, the door's past is not."""
    changed = office_day(rows.now) - timedelta(days=520)
    old = rows.add(
        "tenancy",
        shop_id=door.id,
        sign_name="宏达窗帘",
        trade="零售",
        merchant_id=None,
        started_on=changed - timedelta(days=1300),
        ended_on=changed,
    )
    _row(rows, "tenancy", door.tenancy_id)["started_on"] = changed
    moved = at_office(changed, 10, 0)
    for table, at in (
        ("visit", "happened_at"),
        ("need", "voiced_at"),
        ("promise", "promised_at"),
        ("enquiry", "asked_at"),
    ):
        for row in rows.tables[table]:
            if row["shop_id"] == door.id and row[at] < moved:
                row["tenancy_id"] = old["id"]
    for row in rows.tables["event"]:
        if row["shop_id"] == door.id and row["tenancy_id"] and row["at"] < moved:
            row["tenancy_id"] = old["id"]
    rows.event("tenancy", door.tenancy_id, moved, shop_id=door.id, tenancy_id=door.tenancy_id, actor_id=door.worker_id)


def _the_leak(rows: Rows, street: Street, book: Casebook) -> None:
    """Seen on a call, three attempts to find the owner, a council, the pipe replaced, looked at by somebody else."""
    door = street.door("岚皋西路", 27)
    visit = add_visit(rows, door, _ago(rows, 35, 9, 38), kind="special", note="当面看了吊顶，店主急着要个说法")
    told = book.report(at_door(door), "L0001", _ago(rows, 35, 9, 42), "雨后吊顶滴水，约2平方米", "visit")
    told["issue"]["visit_id"] = visit
    _grade(told["case"], book)
    book.move(told, "dispatched", _ago(rows, 35, 10, 20), "严重；15个工作日。红色响应：居委会、物业到场")
    book.move(told, "handling", _ago(rows, 35, 14, 5), "业主电话空号；邻居转告；第3次联系上业主")
    add_promise(
        rows, door, visit, _ago(rows, 35, 9, 45), "周五前说清谁来修", _ago(rows, 31, 17, 0), _ago(rows, 33, 15, 0)
    )
    council = _council(
        rows, street, told, door, _ago(rows, 33, 14, 0), location_id=door.location["id"],
        attendees="业主、商户、物业、居委会", survey="201室阳台排水管与店内吊顶同位", root_cause="201室阳台排水管老化",
        claims="商户要求修好并赔装修；业主对金额有异议", agreement="物业换管；业主付装修补偿1,860元",
        fulfil_by=_ago(rows, 26, 17, 0), result="达成一致，已履行",
    )  # fmt: skip
    complete_leak(rows, street, told, council, partial(_ago, rows))
    book.move(told, "verifying", _ago(rows, 26, 16, 30), "按协议换管完工；业主付清1,860元")
    book.move(told, "closed", _ago(rows, 19, 15, 0), "两场雨后吊顶没有再渗")
    told["case"]["return_visited_at"] = _ago(rows, 5, 15, 20)
    add_visit(
        rows,
        door,
        _ago(rows, 5, 15, 20),
        kind="follow_up",
        note="三周两场大雨，吊顶未再渗水",
        satisfaction="satisfied",
        worker_id=street.secretary_id,
    )
    second = book.report(
        at_door(street.door("岚皋西路", 31)), "L0001", _ago(rows, 4, 10, 5), "同一根排水管，吊顶有水印", "visit"
    )
    book.move(second, "dispatched", _ago(rows, 4, 11, 0))
    book.move(second, "handling", _ago(rows, 3, 9, 30), "兰凤物业已看过，等材料")
    add_responses(rows, street, told, second, partial(_ago, rows))


def _grade(case: dict[str, Any], book: Casebook) -> None:
    """严重: the secretary allows fifteen working days."""
    limit = Limit(LimitCalendar.WORKING_DAYS, 15 * DAY_MIN)
    case |= {"severity": "serious", "calendar": limit.calendar.value, "limit_min": limit.minutes}
    case["due_at"] = due_at(case["opened_at"], limit, 0, book.working)


def _no_agreement(rows: Rows, street: Street, book: Casebook) -> None:
    """A council without agreement: on to mediation, the clock stands still."""
    door = next(d for d in street.doors if d.street == "岚皋西路" and d.number > 180 and d.is_open)
    told = book.report(at_door(door), "L0002", _ago(rows, 27, 13, 20), "隔壁装修裂了共用墙，谈不拢", "merchant")
    book.move(told, "dispatched", _ago(rows, 27, 15, 0))
    book.move(told, "handling", _ago(rows, 26, 10, 0))
    council = _council(
        rows, street, told, door, _ago(rows, 20, 14, 0),
        attendees="两家商户、房东、居委会", survey="共用墙两处裂缝", root_cause="装修开槽过深",
        claims="一方要求恢复原状，一方只愿补缝", agreement=None, result="未达成一致，转人民调解",
    )  # fmt: skip
    book.move(told, "suspended", _ago(rows, 20, 16, 0), "转人民调解，等调解结果")
    told["case"] |= {"suspended_from": "handling", "paused_at": _ago(rows, 20, 16, 0)}
    complete_no_agreement(rows, street, told, council, partial(_ago, rows))


def _council(
    rows: Rows,
    street: Street,
    told: dict[str, Any],
    door: Door,
    held_at: datetime,
    *,
    location_id: str | None = None,
    **said: Any,
) -> dict[str, Any]:
    """A three-party council over a case, in the room of the block; `said` are its minutes."""
    case_id = told["case"]["id"]
    council = rows.add(
        "council", case_id=case_id, issue_id=told["issue"]["id"], held_at=held_at, venue="街区党群服务站", **said
    )
    rows.event(
        "council", council["id"], held_at, shop_id=door.id, location_id=location_id, tenancy_id=door.tenancy_id,
        case_id=case_id, actor_id=street.secretary_id,
    )  # fmt: skip
    return council


def _kindergarten(rows: Rows, door: Door) -> None:
    """What was promised for Friday."""
    at = _ago(rows, 3, 14, 10)
    visit = add_visit(rows, door, at, note="吊顶没再渗水；孩子明年入园")
    add_need(rows, door, visit, at, "子女入园", "孩子明年入园，要哪些材料", "handed_on")
    rows.tables["promise"] = [p for p in rows.tables["promise"] if p["visit_id"] != visit]
    rows.tables["event"] = [e for e in rows.tables["event"] if e["type"] != "promise" or e["at"] != at]
    friday = _friday(office_day(rows.now))
    add_promise(rows, door, visit, at, "回话：入园要哪些材料", at_office(friday, 17, 0), at_office(friday, 16, 0))


def _friday(today: date) -> date:
    return today + timedelta(days=(4 - today.weekday()) % 7)


def _what_happened_around(rows: Rows, street: Street) -> None:
    """诱因 near the corner by the flats."""
    where = street.places["PD0001"]["location"]["id"]
    rows.add(
        "context_event",
        location_id=where,
        kind="bins_removed",
        text="撤桶",
        radius_m=60.0,
        from_at=_ago(rows, 72, 8, 0),
    )
    rows.add(
        "context_event",
        location_id=where,
        kind="renovation",
        text="橙子公寓装修",
        radius_m=40.0,
        from_at=_ago(rows, 50, 8, 0),
    )


# street or place code, number, kind, state to reach, whether past its time, description
_OPEN: tuple[tuple[str, int, str, str, bool, str], ...] = (
    ("PD0001", 0, "06010", "handling", True, "夜间又堆了七八袋"),
    ("岚皋西路", 104, "09005", "handling", True, "货架又摆出来了"),
    ("岚皋西路", 62, "L0005", "handling", True, "后门通道堆了货"),
    ("岚皋西路", 27, "L0005", "handling", False, "灭火器本月到期"),
    ("岚皋路", 233, "06010", "dispatched", False, "弄口小包垃圾"),
    ("岚皋西路", 90, "L0002", "handling", False, "两家为门口停车争执"),
    ("岚皋路", 239, "09005", "reported", False, "桌椅摆出门外"),
    ("岚皋西路", 83, "L0003", "reported", False, "后厨烟道没清"),
    ("岚皋路", 107, "L0002", "verifying", False, "两店门口划线，等核实"),
    ("岚皋路", 318, "L0004", "dispatched", False, "货车堵着弄口"),
    ("岚皋路", 420, "L0010", "handling", False, "二楼窗口拉线充电"),
    ("PD0006", 0, "L0014", "handling", False, "井盖响，半夜吵人"),
    ("岚皋西路", 210, "L0003", "handling", False, "油烟净化器坏了"),
    ("岚皋路", 60, "06036", "reported", False, "纸箱占着人行道"),
    ("岚皋路", 150, "07003", "handling", False, "灯杆上又贴了小广告"),
)
_HOURS_AGO = (60.0, 41.0, 30.0, 22.0, 16.0, 9.0, 5.0, 2.5, 1.2, 0.5, 0.2)


def _open_this_morning(rows: Rows, street: Street, book: Casebook) -> None:
    for where, number, kind, state, late, description in _OPEN:
        spot = (
            at_door(_near(street, where, number)) if number else at_place(street.places[where], street.workers["小吴"])
        )
        hours = _hours_ago(rows, book, kind, late)
        told = book.report(spot, kind, rows.now - timedelta(hours=hours), description)
        _bring_to(book, told, state, hours)


def _hours_ago(rows: Rows, book: Casebook, kind: str, late: bool) -> float:
    """How long ago to report for being just past its time, or comfortably within it, whatever the hour is now."""
    limit = kind_of(kind).limit

    def is_late(hours: float) -> bool:
        due = due_at(rows.now - timedelta(hours=hours), limit, 0, book.working)
        return due is not None and due <= rows.now

    fitting = [hours for hours in _HOURS_AGO if is_late(hours) == late]
    return (fitting[-1] if late else fitting[0]) if fitting else _HOURS_AGO[0 if late else -1]


def _near(street: Street, name: str, number: int) -> Door:
    """The open door nearest to a number, on its side."""
    same_side = (d for d in street.doors if d.street == name and d.is_open and d.number % 2 == number % 2)
    return min(same_side, key=lambda d: (abs(d.number - number), d.number))


def _bring_to(book: Casebook, told: dict[str, Any], state: str, hours: float) -> None:
    way = ("reported", "dispatched", "handling", "verifying")
    for step, to in enumerate(way[1 : way.index(state) + 1], start=1):
        book.move(told, to, told["case"]["opened_at"] + timedelta(hours=hours * step / 5))


def _row(rows: Rows, table: str, row_id: str) -> dict[str, Any]:
    return next(row for row in rows.tables[table] if row["id"] == row_id)
