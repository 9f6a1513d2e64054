"""Open issues by their clock, at doors, places and bare points, and return visits where no door is called on."""

from mapsvc.domain.cases import CaseState
from mapsvc.domain.demand import due_days
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import office_day
from mapsvc.domain.today import Trouble
from mapsvc.operations.demands.doors import return_words
from mapsvc.operations.demands.gathering import Gathering
from mapsvc.store.demand import Spot


def add(g: Gathering) -> None:
    """What runs out today, has run out or cannot wait; what is in hand counts less; what was closed is looked at."""
    for spot in g.spots:
        if spot.case_id in g.told:
            continue
        stop, calls = g.at_spot(spot), spot.shop_id is not None
        if spot.state is CaseState.CLOSED and spot.return_visit_due_at is not None:
            late = (g.day - office_day(spot.return_visit_due_at)).days
            g.add(stop, "return_visit", return_words(spot.kind), days_late=late, kind=spot.kind, calls=calls)
            continue
        trouble = Trouble(spot.kind, spot.state, "", spot.due_at, is_supervised=spot.is_supervised,
                          severity=spot.severity)  # fmt: skip
        is_pressing = trouble.is_late(g.day) or trouble.is_serious()
        late = max((g.day - office_day(spot.due_at)).days, 0) if spot.due_at else 0
        g.add(
            stop, "issue" if is_pressing else "in_hand", _words(g, spot), days_late=late, kind=spot.kind, calls=calls
        )  # fmt: skip


def _words(g: Gathering, spot: Spot) -> str:
    days = due_days(spot.opened_at, g.at)
    since = "新记" if days < 1 else f"未结{days}天"
    when = ""
    if spot.due_at is not None and spot.due_at < g.at:
        when = "，已超时"
    elif spot.due_at is not None and office_day(spot.due_at) <= g.day:
        when = "，今天到时限"
    return f"{kind_of(spot.kind).short_name} {since}{when}"
