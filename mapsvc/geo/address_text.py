"""Reads a written address: street, numbers, lane, building, room; or the crossing of two streets."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from mapsvc.errors import Refused

_LONGEST = 200
_OFFICE = r"(?:中国)?(?:上海市?)?(?:普陀区?)?(?:石泉(?:路)?街道(?:办事处)?)?"
_OFFICE_PREFIX = re.compile(_OFFICE + r"[,,:;、]?")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_DASHES = re.compile(r"(?<=[\d号甲乙丙丁])(?:[-‐‑–—―−~〜]+|至|到|、|/|,)(?=\d)")
_LETTER = "甲乙丙丁戊A-Da-d"
_LANE = re.compile(rf"(\d{{1,5}})弄(?:(\d{{1,4}})支弄)?(?:(\d{{1,4}})([{_LETTER}])?号(?!楼))?")
_NUMBER = re.compile(
    rf"(?P<from>\d{{1,5}})(?P<before>[{_LETTER}])?号?(?P<half>[{_LETTER}](?![座幢栋]))?(?:-(?P<to>\d{{1,5}})(?:[{_LETTER}])?)?"
    rf"号?(?P<after>[{_LETTER}](?![座幢栋]))?"
)
_BUILDING = re.compile(r"([0-9A-Z]{1,3}|[东南西北]{1,2})(?:幢|栋|号楼|座)")
_UNIT = re.compile(r"(\d{1,2})单元")
_FLOOR = re.compile(r"底[层楼]|地下[一二三]?[层室]|阁楼|夹层|(?:\d{1,2}|[一二三四五六七八九十]{1,2})[层楼](?![道梯上])")
_ROOM = re.compile(r"(\d{2,4}[A-Z]?)室|^(\d{3,4})$")
_CROSSING = re.compile(r"^(?:和|与|近|靠近|跟|同|[&x×/、,-])?")
_CROSSING_END = re.compile(r"^(?:的)?(?:交叉路?口|路口|交汇处|交界处?|口|处)?")
_ANY_STREET = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:支路|公路|大道|路|街|巷)")
# Inside a text a street's name may follow these (兰田小区岚皋路236号); after others it may be part of a longer name.
_BOUNDARY = re.compile(r"[省市区县镇乡村道苑园厦楼寓城场近旁在于门,:;()]$")


@dataclass(frozen=True)
class ParsedAddress:
    """What an address says.

    Parameters
    ----------
    street : str
        Official name of a known street.
    number, number_to : int or None
        House number, and the last one of a range (8-10号). Behind a lane it is the number inside the lane.
    suffix : str
        甲, 乙 … or a letter; ``-1`` for 27-1号.
    lane, sub_lane : int or None
        弄 and 支弄.
    building, unit, floor, room : str
        幢, 单元, 层, 室 as written, without the word.
    crossing : str
        The other street of a crossing, or empty.
    remainder : str
        What was not understood, e.g. 菜场门口.
    """

    street: str
    number: int | None = None
    number_to: int | None = None
    suffix: str = ""
    lane: int | None = None
    sub_lane: int | None = None
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    crossing: str = ""
    remainder: str = ""

    @property
    def street_number(self) -> int | None:
        """The number that stands on the street: the lane's if there is one."""
        return self.number if self.lane is None else self.lane

    @property
    def label(self) -> str:
        """The address in its plain form, e.g. 岚皋路8-10号甲."""
        if self.crossing:
            return f"{self.street}{self.crossing}路口".replace("路路口", "路口")
        lane = f"{self.lane}弄" if self.lane is not None else ""
        lane += f"{self.sub_lane}支弄" if self.sub_lane is not None else ""
        if self.number is None:
            return f"{self.street}{lane}"
        if self.suffix.startswith("-"):
            return f"{self.street}{lane}{self.number}{self.suffix}号"
        last = f"-{self.number_to}" if self.number_to is not None else ""
        return f"{self.street}{lane}{self.number}{last}号{self.suffix}"


class AddressParser:
    """Reads addresses against the names of known streets.

    Parameters
    ----------
    names : mapping items of (spelling, official name)
        Every spelling a street may have.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._official = dict(names)
        ordered = sorted(self._official, key=lambda n: (-len(n), n))
        self._known = re.compile("|".join(re.escape(name) for name in ordered)) if ordered else re.compile(r"(?!)")

    def parse(self, text: str) -> ParsedAddress:
        """Read one address.

        Raises
        ------
        Refused
            ``no_address`` (empty, or a whole page), ``no_street`` (no street in it), ``unknown_street`` (with the
            nearest known names).
        """
        plain = unicodedata.normalize("NFKC", text or "")
        plain = re.sub(r"\s+", "", plain).replace("臺", "台")
        if not plain:
            raise Refused("没有写地址；请填路名和门牌号，如“岚皋路236号”", field="地址", code="no_address")
        if len(plain) > _LONGEST:
            raise Refused(f"地址超过{_LONGEST}个字；请只填路名和门牌号", field="地址", code="no_address")
        aside = "".join(_BRACKETS.findall(plain))
        plain = _BRACKETS.sub("", plain) or plain
        at, street = self._find_street(plain, text)
        rest = _DASHES.sub("-", plain[at:])
        if other := self._crossing(rest, street):
            return ParsedAddress(street, crossing=other[0], remainder=other[1] + aside)
        return _read_numbers(street, rest, aside)

    def _find_street(self, plain: str, written: str) -> tuple[int, str]:
        """Return (index after the name, official name)."""
        start = prefix.end() if (prefix := _OFFICE_PREFIX.match(plain)) else 0
        if found := self._known.match(plain, start):
            return found.end(), self._official[found[0]]
        for found in self._known.finditer(plain, start):
            numbered = plain[found.end() : found.end() + 1].isdigit()
            if numbered and _BOUNDARY.search(plain[: found.start()]):
                return found.end(), self._official[found[0]]
        if unknown := _ANY_STREET.match(plain, start):
            raise self._unknown(unknown[0])
        raise Refused(
            f"“{written.strip()}”里看不出路名；请写成“路名+门牌号”，如“岚皋路236号”", field="地址", code="no_street"
        )

    def _unknown(self, name: str) -> Refused:
        near = self.nearest_names(name)
        hint = f"，是不是{'、'.join(near)}？请改正路名或补填经纬度" if near else "；请改正路名或补填经纬度"
        return Refused(f"不认识路名“{name}”{hint}", field="地址", code="unknown_street")

    def nearest_names(self, name: str, limit: int = 3) -> list[str]:
        """Return up to `limit` official names that look or sound most like `name`, best first."""
        sound = _pinyin(name)
        scores: dict[str, float] = {}
        for spelling, official in self._official.items():
            look = SequenceMatcher(None, name.removesuffix("路"), spelling.removesuffix("路")).ratio()
            score = max(look, 0.95 * SequenceMatcher(None, sound, _pinyin(spelling)).ratio())
            scores[official] = max(score, scores.get(official, 0.0))
        ranked = sorted(scores, key=lambda official: (-scores[official], official))
        return [official for official in ranked[:limit] if scores[official] >= 0.5]

    def _crossing(self, rest: str, street: str) -> tuple[str, str] | None:
        """Return (other street, remainder) when a second street follows and no number belongs to the first."""
        start = link.end() if (link := _CROSSING.match(rest)) else 0
        found = self._known.match(rest, start)
        if not found or self._official[found[0]] == street:
            return None
        after = rest[found.end() :]
        if re.match(r"\d", after):
            return None
        end = ending.end() if (ending := _CROSSING_END.match(after)) else 0
        return self._official[found[0]], after[end:]


def _pinyin(text: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(text.removesuffix("路")))


def _take(pattern: re.Pattern[str], rest: str) -> tuple[re.Match[str] | None, str]:
    """Find a part anywhere in the rest and cut it out."""
    found = pattern.search(rest)
    return found, rest[: found.start()] + rest[found.end() :] if found else rest


def _read_numbers(street: str, rest: str, aside: str) -> ParsedAddress:
    lane = sub_lane = number = number_to = None
    suffix = ""
    rest = rest.lstrip("-,:;、第")
    if found := _LANE.match(rest):
        lane, sub_lane, number = (int(n) if n else None for n in found.group(1, 2, 3))
        suffix, rest = found[4] or "", rest[found.end() :]
    elif (found := _NUMBER.match(rest)) and not re.match(r"[米幢栋]", rest[found.end() :]):
        number, rest = int(found["from"]), rest[found.end() :]
        suffix = (found["before"] or found["half"] or found["after"] or "").upper()
        number_to, suffix = _range_or_suffix(number, found["to"], suffix)
    if number == 0 or lane == 0:
        raise Refused(f"{street}没有0号；请改正门牌号", field="地址", code="no_number")
    building, rest = _take(_BUILDING, rest)
    unit, rest = _take(_UNIT, rest)
    floor, rest = _take(_FLOOR, rest)
    room, rest = _take(_ROOM, rest)
    return ParsedAddress(
        street=street,
        number=number,
        number_to=number_to,
        suffix=suffix,
        lane=lane,
        sub_lane=sub_lane,
        building=building[1] if building else "",
        unit=unit[1] if unit else "",
        floor=floor[0] if floor else "",
        room=(room[1] or room[2]) if room else "",
        remainder=rest.strip("-,:;、") + aside,
    )


def _range_or_suffix(number: int, last: str | None, suffix: str) -> tuple[int | None, str]:
    """Tell a range (8-10号) from a sub-number (27-1号), which counts from one and never exceeds the number."""
    if last is None:
        return None, suffix
    if number < int(last) <= number + 100:
        return int(last), suffix
    return None, suffix or f"-{int(last)}"
