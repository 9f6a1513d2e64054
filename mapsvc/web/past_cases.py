"""以往同类 on the page of a case: dots of how long each took, medians, and the list behind each number."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from mapsvc.domain.actors import Actor
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.past_cases import LEAST, PastCase, PastCases, median_days, span_words
from mapsvc.operations.cases import CaseDetail, get_case
from mapsvc.operations.past_cases import past_lines, past_of
from mapsvc.operations.workspace import Workspace
from mapsvc.web.case_view import head_of
from mapsvc.web.context import actor, workspace

blueprint = Blueprint("past_cases", __name__)
WIDTH, LEFT, RADIUS = 420, 6, 5
# Dots of a stack stand clear of each other up to this height, beyond it they overlap.
STEP, TALLEST = 13.0, 91.0
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Dot:
    """One case on the axis: solid with a council."""

    x: float
    y: float
    is_solid: bool


@dataclass(frozen=True)
class Group:
    """Those with or without a council, in words."""

    key: str
    words: str
    count: int
    median: str


@dataclass(frozen=True)
class PastPart:
    """What the section shows."""

    kind_name: str
    count: int
    median: str
    median_x: float
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, int], ...]
    height: int
    groups: tuple[Group, ...]


def case_section(ws: Workspace, who: Actor, case: CaseDetail) -> PastPart | None:
    """The dots; None below five."""
    past = past_of(ws, who, case)
    if not past.is_enough:
        return None
    middle = median_days(past.items)
    longest = max(c.days for c in past.items)
    tick = next((t for t in _TICKS if longest / t <= 5), _TICKS[-1])
    last = max(int(-(-longest // tick)), 1) * tick
    dots, height = _dots(past, last)
    groups = [_group(past, True, "开过议事会的"), _group(past, False, "没开的")]
    return PastPart(
        kind_of(case.line.found.issue.kind).short_name,
        len(past.items),
        span_words(middle),
        _x(middle, last),
        dots,
        tuple((_x(t, last), t) for t in range(0, last + 1, tick)),
        height,
        tuple(g for g in groups if g.count >= LEAST) if all(g.count >= LEAST for g in groups) else (),
    )


@blueprint.get("/cases/<case_id>/past")
def index(case_id: str) -> str:
    """The list behind a number."""
    ws, who = workspace(), actor()
    case = get_case(ws, who, case_id)
    past, council = past_of(ws, who, case), request.args.get("council", "")
    items: tuple[PastCase, ...] = past.of_council(council == "yes") if council in ("yes", "no") else past.items
    # Below five a list would point to somebody, as its number would.
    items = items if len(items) >= LEAST else ()
    words = {"yes": "开过议事会的", "no": "没开议事会的"}.get(council, "")
    return render_template(
        "past_cases.html",
        tab="cases",
        head=head_of(case),
        base=f"/cases/{case.line.found.case.id}",
        words=words,
        lines=past_lines(ws, who, items),
        span_words=span_words,
    )


def _group(past: PastCases, had: bool, words: str) -> Group:
    items = past.of_council(had)
    return Group("yes" if had else "no", words, len(items), span_words(median_days(items)))


def _x(days: float, last: int) -> float:
    return round(LEFT + (WIDTH - 2 * LEFT) * min(days / last, 1), 1)


def _dots(past: PastCases, last: int) -> tuple[tuple[Dot, ...], int]:
    """Dots that would lie on each other are stacked; with the height of the axis under them."""
    stacks: dict[int, int] = {}
    placed: list[tuple[float, int, bool]] = []
    for one in sorted(past.items, key=lambda c: (c.days, c.case_id)):
        x = _x(one.days, last)
        column = int(x // (2 * RADIUS + 1))
        placed.append((column * (2 * RADIUS + 1) + RADIUS + 1, stacks.get(column, 0), one.had_council))
        stacks[column] = stacks.get(column, 0) + 1
    rows = max(stacks.values())
    step = min(STEP, TALLEST / rows)
    floor = round(16 + (rows - 1) * step + 2 * RADIUS)
    return tuple(Dot(x, round(floor - RADIUS - 2 - row * step, 1), solid) for x, row, solid in placed), floor
