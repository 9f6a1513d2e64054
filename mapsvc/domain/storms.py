"""Rain and typhoons 雨前雨后: an announcement or a storm just over, the doors to look at, and what was found there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mapsvc.domain.rainfall import MOST_MM, grade
from mapsvc.domain.times import OFFICE_ZONE
from mapsvc.errors import FieldProblem, Refused

LEAK_KIND = "L0001"
SIGN_KIND = "L0012"
"""店招安全隐患: what wind brings down."""
SIGN_WORDS = "店招的隐患还没办完，大风前先看"
UNDO_WITHIN = timedelta(minutes=10)
"""So long a storm called by mistake can be taken back."""
USUAL_DOORS, MOST_DOORS = 30, 60
"""What half a dozen people can look at in half a day; what a list holds at most."""
MOST_TEXT = 120
_AHEAD, _BACK, _SLACK = timedelta(days=10), timedelta(days=7), timedelta(hours=12)
_FEW = {1: "1次", 2: "两次"}
_HALF_DAYS = ((6, "凌晨"), (12, "上午"), (18, "下午"), (24, "晚上"))


class StormKind(StrEnum):
    """What comes or came."""

    RAIN = "rain"
    TYPHOON = "typhoon"


class DoorOutcome(StrEnum):
    """What was found at a door, or why nobody need look."""

    OK = "ok"
    LEAK = "leak"
    CLOSED = "closed"
    NOT_NEEDED = "not_needed"


OUTCOME_NAMES: dict[DoorOutcome, str] = {
    DoorOutcome.OK: "看过，没漏",
    DoorOutcome.LEAK: "在漏",
    DoorOutcome.CLOSED: "没开门",
    DoorOutcome.NOT_NEEDED: "不用看",
}
_TITLES = {
    (StormKind.RAIN, True): "大雨要来",
    (StormKind.TYPHOON, True): "台风要来",
    (StormKind.RAIN, False): "刚下过暴雨",
    (StormKind.TYPHOON, False): "台风刚过",
}


@dataclass(frozen=True)
class Storm:
    """A storm that is coming or has just been; `ended_at`: nobody need look any more.

    Attributes
    ----------
    from_at : datetime
        When it is expected, or when it fell.
    expected_mm : float or None
        Rain announced for a day.
    """

    id: str
    kind: StormKind
    is_coming: bool
    from_at: datetime
    made_at: datetime
    expected_mm: float | None = None
    until_at: datetime | None = None
    text: str | None = None
    made_by: str | None = None
    ended_at: datetime | None = None

    @property
    def title(self) -> str:
        """台风要来, 大雨要来, 刚下过暴雨, 台风刚过."""
        return _TITLES[self.kind, self.is_coming]

    @property
    def look(self) -> str:
        """What is to be done at the doors."""
        return "雨前看一眼" if self.is_coming else "雨后看一眼"

    @property
    def seen_from(self) -> datetime:
        """From when on a call at a door answers for it."""
        return self.made_at if self.is_coming else min(self.from_at, self.made_at)

    def when_words(self) -> str:
        """11月24日下午到，预计80毫米（暴雨） / 11月22日晚上."""
        local = self.from_at.astimezone(OFFICE_ZONE)
        half = next(name for until, name in _HALF_DAYS if local.hour < until)
        told = f"{local.month}月{local.day}日{half}"
        told += "到" if self.is_coming else ""
        return told + (f"，预计{self.expected_mm:g}毫米（{grade(self.expected_mm)}）" if self.expected_mm else "")


@dataclass(frozen=True)
class StormDoor:
    """A door of a storm's list, the likeliest first; `outcome` only where somebody said it here.

    Attributes
    ----------
    points : float
        How many times the street's mean it may leak; 0 for a door put on the list by hand.
    why : mapping
        text, short, n, n_rain, near, method.
    """

    id: str
    storm_id: str
    rank: int
    points: float
    shop_id: str | None = None
    place_id: str | None = None
    location_id: str | None = None
    building: str | None = None
    why: Mapping[str, Any] = field(default_factory=dict)
    seen_at: datetime | None = None
    seen_by: str | None = None
    outcome: DoorOutcome | None = None


def require_sound(
    from_at: datetime, until_at: datetime | None, is_coming: bool, expected_mm: float | None, text: str | None,
    most: int, now: datetime,
) -> None:  # fmt: skip
    """Raise Refused beside every field that cannot be."""
    found = []
    if is_coming and not now - _SLACK <= from_at <= now + _AHEAD:
        found.append(FieldProblem("from", "out_of_range", "几时来要在今天到十天以内，请核对日子。"))
    if not is_coming and not now - _BACK <= from_at <= now:
        found.append(FieldProblem("from", "out_of_range", "几时下的要在最近七天里，请核对日子。"))
    if until_at is not None and until_at < from_at:
        found.append(FieldProblem("until", "reversed", "到几时不能早于几时起，请改其中一个。"))
    if expected_mm is not None and not 0 < expected_mm <= MOST_MM:
        found.append(FieldProblem("expected_mm", "out_of_range", f"预计雨量要在0到{MOST_MM:g}毫米之间。"))
    if len(text or "") > MOST_TEXT:
        found.append(FieldProblem("text", "too_long", f"最多写{MOST_TEXT}个字，现在有{len(text or '')}个。"))
    if not 1 <= most <= MOST_DOORS:
        found.append(FieldProblem("most", "out_of_range", f"最多看几户要在1到{MOST_DOORS}之间。"))
    if found:
        raise Refused(found[0].message, code=found[0].code, problems=found)


def why_words(n: int, n_rain: int, first_year: int | None, near: Sequence[str], is_one: bool) -> str:
    """2024年以来漏过3次，两次在大雨后；同一幢26号也漏过.

    Parameters
    ----------
    near : sequence of str
        House numbers or addresses of neighbours that leaked.
    is_one : bool
        Whether all are of the same building; else they are nearby.
    """
    own = _own_words(n, n_rain, first_year)
    where = "同一幢" if is_one else "附近"
    more = f"等{len(near)}户" if len(near) > 2 else ""
    around = f"{where}{'、'.join(near[:2])}{more}{'也' if own else ''}漏过" if near else ""
    return "；".join(part for part in (own, around) if part)


def short_words(n: int, n_rain: int, near: Sequence[str]) -> str:
    """The same for one line of a phone: 漏过3次，两次在大雨后 / 附近26号漏过."""
    if n:
        return _own_words(n, n_rain, None)
    return f"附近{near[0]}{'等' if len(near) > 1 else ''}漏过" if near else ""


def _own_words(n: int, n_rain: int, first_year: int | None) -> str:
    if not n:
        return ""
    since = f"{first_year}年{'以来' if n > 1 else ''}" if first_year else ""
    rain = (
        "都在大雨后"
        if n_rain == n > 1
        else "在大雨后"
        if n_rain == n
        else f"{_times(n_rain)}在大雨后"
        if n_rain
        else ""
    )
    return f"{since}漏过{n}次" + (f"，{rain}" if rain else "")


def _times(n: int) -> str:
    return _FEW.get(n, f"{n}次")


def doors_words(doors: Sequence[tuple[str | None, int | None, str]]) -> str:
    """岚皋西路25、27、31号；岚皋路236号: (street, number, address) put together by street."""
    per_street: dict[str, list[int]] = {}
    others = []
    for street, number, address in doors:
        if street and number:
            per_street.setdefault(street, []).append(number)
        else:
            others.append(address)
    told = [f"{street}{'、'.join(map(str, sorted(set(ns))))}号" for street, ns in sorted(per_street.items())]
    return "；".join([*told, *sorted(set(others))])


def group_words(storm: Storm, doors: str, phone: str) -> str:
    """What is pasted into the shops' chat group: a service, no inspection; house numbers, nobody's name."""
    call = f"，也可以打{phone}" if phone else ""
    if storm.is_coming:
        said = (
            f"【雨前提醒】{storm.title}（{storm.when_words()}）。请大家把放在地上的货收好、垫高，关好门窗，店招、灯箱看一看牢不牢。"
            "以前漏过水或隔壁漏过的店家，我们会先上门看一眼，帮着挪一挪。"
        )
    else:
        said = (
            f"【雨后看看】{storm.title}（{storm.when_words()}）。"
            "请大家看看吊顶、墙角和水管，有渗水先断开近处的电、把货挪开。"
        )
    where = f"这几处请多留意：{doors}。" if doors else ""
    return f"{said}{where}有渗漏马上在群里说一声{call}。这是服务联系，不是检查。"


def past_words(seen: int, leaks: int, total: int) -> str:
    """看了24户里的20户，2户在漏."""
    found = f"{leaks}户在漏" if leaks else "没有在漏的"
    return f"看了{total}户里的{seen}户，{found}" if seen else f"{total}户，都还没看"
