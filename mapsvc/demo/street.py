"""The fictional street: people, shops with their tenancies, places, and who is responsible for which door."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from mapsvc.demo import words
from mapsvc.demo.rows import Rows
from mapsvc.domain.times import office_day

if TYPE_CHECKING:
    from mapsvc.geo.addresses import Gazetteer
    from mapsvc.geo.house_numbers import HouseNumbers

# nickname, name, street, first and last number of the beat: the patches shipped with the program are cut the same way.
WORKERS = (
    ("小周", "周敏", "岚皋路", 1, 206),
    ("小吴", "吴佳", "岚皋路", 207, 298),
    ("小郑", "郑涛", "岚皋路", 299, 546),
    ("小沈", "沈宁", "岚皋路", 547, 600),
    ("小陈", "陈晓岚", "岚皋西路", 1, 110),
    ("小李", "李想", "岚皋西路", 111, 340),
)
# street, metres along it from and to where there are shops, how many.
STREETS = (("岚皋路", 30.0, 1270.0, 118), ("岚皋西路", 12.0, 515.0, 94))
PLACES = (
    ("PD0001", "橙子公寓门口", "空地", "岚皋路236号", "街道"),
    ("PD0002", "岚皋路251号菜场门口", "桶点", "岚皋路251号", "市容所"),
    ("PD0003", "岚皋西路145弄口", "弄口", "岚皋西路145号", "市容所"),
    ("PD0004", "岚皋路433弄充电棚", "充电棚", "岚皋路433号", "市容所"),
    ("PD0005", "岚皋路岚皋西路口", "路口", "岚皋路岚皋西路口", "市容所"),
    ("PD0006", "岚皋西路288号井盖", "井盖", "岚皋西路288号", "市政养护"),
)
# The doors of the stories: number on its street, sign, trade.
KNOWN_DOORS = {
    ("岚皋西路", 27): ("锦云家纺", "零售"),
    ("岚皋西路", 25): ("阿芳理发", "生活服务"),
    ("岚皋西路", 31): ("福来茶铺", "餐饮"),
    ("岚皋西路", 33): ("顺达五金", "建材五金"),
    ("岚皋路", 236): ("橙子公寓（底商）", "生活服务"),
    ("岚皋路", 248): ("李记烧腊", "餐饮"),
    ("岚皋路", 210): ("沪上花坊", "零售"),
}
# Doors where something is told, whoever keeps shop there.
STORY_DOORS = (("岚皋西路", 29),)
_SIDES = {"odd": "单", "even": "双"}


@dataclass
class Door:
    """A shop as the rest of the demo needs it."""

    id: str
    code: str
    name: str
    street: str
    number: int
    location: dict[str, Any]
    tenancy_id: str
    worker: str
    worker_id: str
    opened_on: date
    is_open: bool
    mornings_closed: bool = False
    silent: bool = False


@dataclass
class Street:
    """Everything that has a position, and the people."""

    workers: dict[str, str]
    secretary_id: str
    doors: list[Door] = field(default_factory=list)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)

    def door(self, street: str, number: int) -> Door:
        """The door with this address."""
        return next(d for d in self.doors if (d.street, d.number) == (street, number))


def build_street(rows: Rows, gazetteer: "Gazetteer", since: datetime) -> Street:
    """Make the people, 212 shops and 6 places as of `since`."""
    street = Street({}, _person(rows, "staff", "王建华", since, "王书记"))
    for nickname, name, *_ in WORKERS:
        street.workers[nickname] = _person(rows, "staff", name, since, nickname)
    n = 0
    for name, start_m, end_m, count in STREETS:
        for number in _numbers(rows, gazetteer.numbers[name], name, (start_m, end_m), count):
            n += 1
            street.doors.append(_door(rows, gazetteer, street, n, name, number, since))
    for code, title, kind, address, unit in PLACES:
        location = place_at(rows, gazetteer, "place", address)
        place = rows.add(
            "place",
            code=code,
            location_id=location["id"],
            name=title,
            kind=kind,
            responsible_unit=unit,
            created_at=since,
            updated_at=since,
        )
        street.places[code] = place | {"location": location}
        rows.findable("place", place["id"], title, address, code)
    _register(rows, since)
    return street


def place_at(rows: Rows, gazetteer: "Gazetteer", kind: str, address: str) -> dict[str, Any]:
    """A location row placed by its address."""
    at = gazetteer.locate(address)
    return rows.add(
        "location",
        kind=kind,
        lon=at.lon,
        lat=at.lat,
        position_source="address",
        error_m=at.error_m,
        address=address,
        street=at.street,
        house_number=at.house_number,
        side=at.side,
        chainage_m=at.chainage_m,
    )


def _person(rows: Rows, kind: str, name: str, since: datetime, nickname: str | None = None) -> str:
    phone = f"1{rows.random.choice('3578')}{rows.random.randrange(10**9):09d}" if kind == "merchant" else None
    person = rows.add("person", kind=kind, name=name, nickname=nickname, phone=phone, created_at=since)
    return str(person["id"])


def _numbers(rows: Rows, scale: "HouseNumbers", street: str, reach: tuple[float, float], count: int) -> list[int]:
    """Door numbers spread along both sides as shops are, not by number: numbers bunch where lanes take them up."""
    from mapsvc.geo.house_numbers import nearest_number

    numbers = {number for name, number in KNOWN_DOORS if name == street}
    start, end = reach
    sides: tuple[Literal["odd", "even"], ...] = ("odd", "even")
    step = (end - start) / ((count - len(numbers)) / 2)
    at = start
    while len(numbers) < count:
        for side in sides:
            number = nearest_number(scale.number(at + rows.random.uniform(0, 0.7 * step)), side)
            if len(numbers) < count:
                numbers.add(next(n for n in range(number, number + 400, 2) if n not in numbers))
        at = at + step if at + step < end else start + step / 2
    return sorted(_with_doors_of_stories(numbers, street))


def _with_doors_of_stories(numbers: set[int], street: str) -> set[int]:
    """The doors where something is told: one that is missing takes the place of the nearest on its side."""
    told = {number for name, number in (*KNOWN_DOORS, *STORY_DOORS) if name == street}
    for missing in sorted(told - numbers):
        free = [n for n in sorted(numbers - told) if n % 2 == missing % 2]
        numbers = numbers - {min(free, key=lambda n: abs(n - missing))} | {missing}
    return numbers


def _door(rows: Rows, gazetteer: "Gazetteer", street: Street, n: int, name: str, number: int, since: datetime) -> Door:
    random = rows.random
    address = f"{name}{number}号"
    location = place_at(rows, gazetteer, "shop", address)
    state = random.choices(("open", "transferring", "renovating", "vacant"), (94, 3, 2, 1))[0]
    if (name, number) in KNOWN_DOORS:
        sign, trade, state = *KNOWN_DOORS[name, number], "open"
    else:
        trade = random.choices(list(words.TRADES), words.TRADE_WEIGHTS)[0]
        sign = random.choice(words.FIRST) + random.choice(words.TRADES[trade])
    shop = rows.add(
        "shop",
        code=f"LT{n:04d}",
        location_id=location["id"],
        state=state,
        area_m2=random.choice((15, 20, 25, 30, 45, 60)),
        created_at=since,
        updated_at=since,
    )
    opened_on = office_day(since) - timedelta(days=random.randrange(60, 2500))
    tenancy = _tenancy(rows, shop["id"], sign, trade, since, opened_on)
    nickname = next(w for w, _, s, low, high in WORKERS if s == name and low <= number <= high)
    rows.add(
        "assignment",
        shop_id=shop["id"],
        worker_id=street.workers[nickname],
        source="row",
        from_day=office_day(since),
    )
    rows.findable("shop", shop["id"], sign, address, shop["code"])
    return Door(
        shop["id"],
        shop["code"],
        sign,
        name,
        number,
        location,
        tenancy,
        nickname,
        street.workers[nickname],
        opened_on,
        state != "vacant",
        random.random() < 0.06,
        random.random() < 0.07 and (name, number) not in KNOWN_DOORS,
    )


def _tenancy(rows: Rows, shop_id: str, sign: str, trade: str, since: datetime, opened_on: date) -> str:
    random = rows.random
    merchant = _person(rows, "merchant", random.choice(words.SURNAMES) + random.choice(("先生", "女士")), since)
    tenancy = rows.add(
        "tenancy",
        shop_id=shop_id,
        sign_name=sign,
        trade=trade,
        merchant_id=merchant,
        origin=random.choice(("local", "elsewhere", "elsewhere")),
        has_preschooler=random.random() < 0.2,
        staff_count=random.randrange(1, 8),
        started_on=opened_on,
    )
    return str(tenancy["id"])


def _register(rows: Rows, since: datetime) -> None:
    """责任主体 for every hundred numbers of a side."""
    companies = ("兰凤物业", "申城物业", "绿苑物业", "安居物业")
    committees = ("兰凤新村居委会", "石岚三村居委会", "信仪新村居委会", "秋月枫舍居委会")
    for name, last in (("岚皋路", 600), ("岚皋西路", 340)):
        for start in range(1, last, 100):
            for side, said in _SIDES.items():
                rows.add(
                    "register_entry",
                    street=name,
                    number_from=start,
                    number_to=start + 99,
                    side=side,
                    building=f"{name}{start}-{start + 99}号{said}号沿街楼",
                    residents_committee=rows.random.choice(committees),
                    property_company=rows.random.choice(companies),
                    duty_phone=f"021-6000{rows.random.randrange(10**4):04d}",
                    owners_committee=rows.random.choice(("无", "筹备中", "已成立")),
                    updated_at=since,
                )
