"""The way in words that a walker follows: along which street, which way, on which side, where to cross and turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, degrees, hypot

from mapsvc.patrol.lines import Point, StreetLine
from mapsvc.patrol.ways import Step

_COMPASS = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")
_SIDES = ("路东", "路北", "路西", "路南")
_ODD_SIDES = {True: "单号侧", False: "双号侧"}
_AT_HAND_M = 5.0
_FAR_DOOR_M = 40.0
_TURN_DEG = 40.0
_BACK_DEG = 140.0
# Shorter than this, a piece of pavement at a corner is not worth a sentence.
_WORTH_SAYING_M = 4.0


@dataclass
class _Leg:
    """A walk along one side of one street; `crossed` are the names of the roadways crossed right before it.

    `outward` points from the roadway to the pavement at its end; (0, 0) on a path.
    """

    name: str
    line: StreetLine
    side: int
    outward: Point
    points: list[Point]
    crossed: list[str]
    length_m: float = 0.0

    def has_crossed(self, name: str) -> bool:
        """Whether the side of a street changed right before."""
        return self.crossed.count(name) % 2 == 1


@dataclass
class _Telling:
    """Legs in the making; `between_m` is what corners and mouths took since the last one."""

    legs: list[_Leg] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    between_m: float = 0.0


def plain_name(name: str) -> str:
    """A street as people call it: without what the layer adds in brackets; nameless ones 小路."""
    return name.split("(")[0].split("（")[0].strip() or "小路"


def metres_text(metres: float) -> str:
    """A distance to ten metres; below that, in words."""
    return f"约{max(round(metres / 10), 1) * 10}米" if metres >= _AT_HAND_M else "几步"


def directions(steps: Sequence[Step], streets: Sequence[StreetLine]) -> tuple[str, ...]:
    """Tell a walk in Chinese, distances to ten metres.

    Parameters
    ----------
    steps : sequence of Step
        From door to door.
    streets : sequence of StreetLine
        What the steps count.
    """
    total = sum(step.length_m for step in steps)
    if total < _AT_HAND_M:
        return ("就在旁边",)
    told = _tell(steps, streets)
    words: list[str] = []
    for number, leg in enumerate(told.legs):
        words += _following(told.legs[number - 1], leg) if number else _first(leg)
    words += _arrival(told)
    if steps[-1].length_m > _FAR_DOOR_M:
        words.append(f"离路{metres_text(steps[-1].length_m)}")
    return tuple(words or [f"往前{metres_text(total)}"])


def beeline_words(metres: float, here: Point, there: Point) -> str:
    """Words for a walk that no street is known for."""
    return f"路网没有连到，按直线的1.3倍估算，向{_compass(here, there)}{metres_text(metres)}"


def _tell(steps: Sequence[Step], streets: Sequence[StreetLine]) -> _Telling:
    told = _Telling()
    for step in steps[1:-1]:
        if step.street >= 0 and not step.is_crossing and step.length_m >= _WORTH_SAYING_M:
            _walk_on(told, step, streets[step.street])
            continue
        told.between_m += step.length_m
        if step.is_crossing:
            told.crossed.append(plain_name(streets[step.street].name))
    return told


def _walk_on(told: _Telling, step: Step, line: StreetLine) -> None:
    """Go on with the last leg where the street just goes on, only mouths of others crossed; else begin one."""
    name = plain_name(line.name)
    last = told.legs[-1] if told.legs else None
    if last is None or last.name != name or told.crossed.count(name) % 2:
        last = _Leg(name, line, step.side, (0.0, 0.0), [], told.crossed)
        told.legs.append(last)
    else:
        last.length_m += told.between_m
    last.line, last.side, last.outward = line, step.side, _outward(step)
    last.points += step.points
    last.length_m += step.length_m
    told.crossed, told.between_m = [], 0.0


def _first(leg: _Leg) -> list[str]:
    over = [f"过街到{_known_side(leg)}"] if leg.has_crossed(leg.name) else []
    over += [f"过{name}" for name in dict.fromkeys(leg.crossed) if name != leg.name and leg.has_crossed(name)]
    return [*over, f"沿{leg.name}{_onward(leg)}{_side(leg)}"]


def _following(before: _Leg, leg: _Leg) -> list[str]:
    turn = _turn(before.points, leg.points)
    if leg.name == before.name:
        is_back = abs(turn) > _BACK_DEG
        return [f"过街到{_known_side(leg)}", f"{'往回走，' if is_back else '继续'}{_onward(leg)}"]
    hand = "左转进" if turn > _TURN_DEG else "右转进" if turn < -_TURN_DEG else "一直走进"
    leaving = f"过{before.name}，" if leg.has_crossed(before.name) else ""
    arriving = "过街，" if leg.has_crossed(leg.name) else ""
    return [f"{leaving}{hand}{leg.name}，{arriving}{_onward(leg)}{_side(leg)}"]


def _arrival(told: _Telling) -> list[str]:
    """Crossings right before the door."""
    over = [name for name in dict.fromkeys(told.crossed) if told.crossed.count(name) % 2]
    if not told.legs:
        return ["过街就到"] if over else []
    last = told.legs[-1]
    there = _Leg(last.name, last.line, -last.side, (-last.outward[0], -last.outward[1]), [], [])
    return [f"过街到{_known_side(there)}" if name == last.name else f"过{name}" for name in over]


def _onward(leg: _Leg) -> str:
    """向西约120米."""
    (x1, y1), (x2, y2) = leg.points[0], leg.points[-1]
    way = "" if hypot(x2 - x1, y2 - y1) < _WORTH_SAYING_M else f"向{_compass((x1, y1), (x2, y2))}"
    return way + metres_text(leg.length_m)


def _side(leg: _Leg) -> str:
    name = _compass_side(leg)
    return f"，{name}" if name else ""


def _compass_side(leg: _Leg) -> str:
    """路北, at the end of the leg; nothing on a path."""
    east, north = leg.outward
    if not east and not north:
        return ""
    return _SIDES[round(degrees(atan2(north, east)) / 90.0) % 4]


def _known_side(leg: _Leg) -> str:
    """单号侧 where house numbers are known, else 路北."""
    if leg.line.odd and leg.side:
        return _ODD_SIDES[(leg.side > 0) == (leg.line.odd == "left")]
    return _compass_side(leg) or "对面"


def _outward(step: Step) -> Point:
    (x1, y1), (x2, y2) = step.points[-2:]
    length = hypot(x2 - x1, y2 - y1) or 1.0
    hand = step.side if step.to_m >= step.from_m else -step.side
    return -hand * (y2 - y1) / length, hand * (x2 - x1) / length


def _compass(here: Point, there: Point) -> str:
    return _COMPASS[round(degrees(atan2(there[1] - here[1], there[0] - here[0])) / 45.0) % 8]


def _turn(before: Sequence[Point], after: Sequence[Point]) -> float:
    """Degrees turned to the left between the end of one leg and the begin of the next, -180 to 180."""
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = *before[-2:], *after[:2]
    turned = degrees(atan2(y4 - y3, x4 - x3) - atan2(y2 - y1, x2 - x1))
    return (turned + 180.0) % 360.0 - 180.0
