"""What the office knew on an evening: its reports, the episodes among them, and what a spot is called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.alerts import Decision
from mapsvc.domain.kinds import kind_of
from mapsvc.domain.times import day_start
from mapsvc.operations.hotspot_cells import cells_of
from mapsvc.operations.hotspot_events import Events, load_events
from mapsvc.operations.playbooks import shelf
from mapsvc.operations.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.events import CleanEvents

SHOWN_WEEKS = 26
_CELLS = "street:25"


@dataclass(frozen=True)
class Seen:
    """All reports that had happened and were received by the end of `until`; `voiced` opens an episode that counts."""

    until: date
    events: Events
    clean: "CleanEvents"
    voiced: "NDArray[np.bool_]"

    @property
    def last(self) -> int:
        """Number of the last day."""
        return self.until.toordinal()

    def of_kind(self, kind: int) -> "NDArray[np.int64]":
        """Indices of the episodes of a kind (code), the earliest first."""
        import numpy as np

        return np.flatnonzero(self.voiced & (self.events.kind == kind))

    def reports_of(self, episodes: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """Indices of all reports that belong to these episodes."""
        import numpy as np

        return np.flatnonzero(np.isin(self.clean.episode, episodes))

    def ids_of(self, reports: "NDArray[np.int64]") -> list[str]:
        """Ids of the issues."""
        return self.events.take(reports).id_texts()


def look_back(ws: Workspace, conn: Connection, until: date) -> Seen:
    """The reports an evening knew; what patrols alone found is none of the episodes that count."""
    events = load_events(ws, conn, until)
    end_s = int(day_start(until + timedelta(days=1)).timestamp())
    known = events.take(events.received_s < end_s)
    clean = known.clean()
    return Seen(until, known, clean, clean.voiced)


def weeks_of(day: "NDArray[np.int64]", last: int, weeks: int) -> "NDArray[np.int64]":
    """Counts per week of seven days, the last one ending on day `last`; the oldest first."""
    import numpy as np

    back = (last - day) // 7
    inside = back[(day <= last) & (back < weeks)]
    return np.bincount(inside, minlength=weeks)[::-1]


def series_of(until: date, counts: Sequence[int], expected: Sequence[float]) -> list[dict[str, Any]]:
    """Weeks as evidence shows them."""
    n = len(counts)
    return [
        {
            "from": (until - timedelta(days=7 * (n - i) - 1)).isoformat(),
            "count": int(counts[i]),
            "expected": round(float(expected[i]), 2),
        }
        for i in range(n)
    ]


def stretch_at(ws: Workspace, x: float, y: float) -> tuple[str, str, list[list[float]]]:
    """Id, name and outline of the stretch of street at a point (EPSG:4549 metres): never a single door's."""
    import numpy as np

    _, index, shapes = cells_of(ws, _CELLS, np.array([[x, y]]))
    if index[0] < 0:
        return "", "不临街的一处", []
    shape = shapes[int(index[0])]
    return shape.id, shape.label, [list(corner) for corner in shape.ring] if shape.is_marked else []


def kind_words(kind: str) -> str:
    """A kind as it is said."""
    return kind_of(kind).short_name


def next_step(ws: Workspace, conn: Connection, kind: str, *, used: str | None = None) -> Mapping[str, Any]:
    """What to do: a playbook meant for the kind, `used` before any other; without one a case."""
    kept = {code: one for code, one in shelf(ws, conn).playbooks.items() if one.retired_at is None and one.fits(kind)}
    code = used if used in kept else next(iter(sorted(kept)), None)
    if code is None:
        return {"decision": Decision.CASE.value, "playbook": None, "words": "立一件案，先到现场看一眼"}
    again = "再用一次" if code == used else "用"
    return {"decision": Decision.PLAYBOOK.value, "playbook": code, "words": f"{again}治理样板“{kept[code].name}”"}


def day_words(day: date, year: int) -> str:
    """``11月3日``; the year only if it is another."""
    words = f"{day.month}月{day.day}日"
    return words if day.year == year else f"{day.year}年{words}"


def few_words(expected: float, unit: str) -> str:
    """How many are usual, never a false nought: 不到1件, 约3件."""
    return f"不到1{unit}" if expected < 1 else f"{round(expected)}{unit}左右"
