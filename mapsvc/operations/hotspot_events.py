"""The reports of the office as columns to count: where, when, what, from whom; placeholders marked."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mapsvc.domain.issues import IssueSource
from mapsvc.domain.times import day_start
from mapsvc.operations.workspace import Workspace
from mapsvc.store.snapshots import Category, load_reports

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mapsvc.analysis.events import CleanEvents

_DAY_S = 86_400


@dataclass(frozen=True)
class Events:
    """Reports in the order of time, arrays of shape (n,); codes are indices into their labels.

    Attributes
    ----------
    ids : array of bytes
    points : array of shape (n, 2)
        EPSG:4549, east first, metres.
    lon, lat : arrays
        WGS-84 degrees.
    day : int array
        Office day, as a day number (`date.toordinal`).
    epoch_s, received_s : int arrays
        When it happened, when the office knew: seconds since 1970 UTC.
    kind, source, door : int arrays
        Code of the kind, of the source (`IssueSource`), of the shop or place it names; door -1 for none.
    is_patrol : bool array
        Found by a patrol.
    placeholder : bool array
        On a coordinate that is nobody's place, as all reports of the office show.
    """

    ids: "NDArray[np.bytes_]"
    points: "NDArray[np.float64]"
    lon: "NDArray[np.float64]"
    lat: "NDArray[np.float64]"
    day: "NDArray[np.int64]"
    epoch_s: "NDArray[np.int64]"
    received_s: "NDArray[np.int64]"
    kind: "NDArray[np.int64]"
    kind_labels: tuple[str, ...]
    source: "NDArray[np.int64]"
    source_labels: tuple[str, ...]
    door: "NDArray[np.int64]"
    door_labels: tuple[str, ...]
    is_patrol: "NDArray[np.bool_]"
    placeholder: "NDArray[np.bool_]"

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: "NDArray[Any]") -> "Events":
        """Only these reports (mask or indices); labels stay."""
        import numpy as np

        columns = {name: value[rows] for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return replace(self, **columns)

    def of_kind(self, kind: str) -> "Events":
        """Only the reports of one kind, by code."""
        return self.take(self.kind == (self.kind_labels.index(kind) if kind in self.kind_labels else -1))

    def clean(self) -> "CleanEvents":
        """Episodes, report-days and who spoke of them."""
        from mapsvc.analysis.events import clean

        return clean(
            self.points, self.day, self.kind, self.is_patrol, epoch_s=self.epoch_s, placeholder=self.placeholder
        )

    def id_texts(self) -> list[str]:
        """The ids as text."""
        return [one.decode() for one in self.ids.tolist()]


def load_events(ws: Workspace, conn: Connection, until: date, kind: str | None = None) -> Events:
    """All reports with a position that happened up to the end of `until`, of one kind (by code) or of all.

    Placeholders are looked for among all kinds, since a heap of unrelated kinds is what tells them.
    """
    import numpy as np

    from mapsvc.analysis.placeholders import placeholders
    from mapsvc.geo.local import to_metres

    columns = load_reports(conn, day_start(until + timedelta(days=1)))
    points = np.stack(to_metres(columns.lon, columns.lat), axis=1)
    day = _office_days(columns.times["happened"])
    kinds, sources, doors = (columns.categories[name] for name in ("kind", "source", "door"))
    door = np.array([-1 if label == "" else i for i, label in enumerate(doors.labels)] or [-1])[doors.code]
    patrol = sources.labels.index(IssueSource.PATROL) if IssueSource.PATROL in sources.labels else -1
    nowhere = (columns.lon == 0) & (columns.lat == 0)
    events = Events(
        columns.ids, points, columns.lon, columns.lat, day, columns.times["happened"], columns.times["received"],
        _codes(kinds), kinds.labels, _codes(sources), sources.labels, door.astype(np.int64), doors.labels,
        sources.code == patrol, nowhere | placeholders(points, day, _codes(kinds), door=door),
    )  # fmt: skip
    return events if kind is None else events.of_kind(kind)


def _codes(category: Category) -> "NDArray[np.int64]":
    codes: NDArray[np.int64] = category.code.astype("int64")
    return codes


def _office_days(epoch_s: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Epoch seconds to day numbers of the office: its zone has had one offset through all of these years."""
    epoch = date(1970, 1, 1)
    offset_s = -int(day_start(epoch).timestamp())
    return (epoch_s + offset_s) // _DAY_S + epoch.toordinal()
