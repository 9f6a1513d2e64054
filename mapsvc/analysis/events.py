"""Clean events: placeholders set aside, reports of one trouble as one episode, report-days, patrols told apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapsvc.analysis.episodes import RADIUS_M, SPAN_H, merge_episodes
from mapsvc.analysis.placeholders import placeholders

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

METHOD = "placeholders,episodes.anchored"
_HOUR_S, _DAY_H = 3_600, 24


@dataclass(frozen=True)
class CleanEvents:
    """What each report counts for; arrays of shape (n,) in the order of the reports.

    Attributes
    ----------
    method : str
        Name of the method, changes with it.
    window : str
        How near and how soon reports are of one trouble.
    n : int
        Reports, placeholders included.
    seed : int
        Echoed; nothing is drawn.
    placeholder : bool array
        On a coordinate that is nobody's place: set aside, counts nowhere.
    episode : int array
        Index of the report that opened its episode; -1 for placeholders.
    report_day : int array
        Index of the first report of its kind on its day within the radius: what is counted at chronic places;
        -1 for placeholders.
    patrol_only : bool array
        Every report of the episode is a patrol's: nobody else has said anything.
    """

    method: str
    window: str
    n: int
    seed: int
    placeholder: BoolArray
    episode: IntArray
    report_day: IntArray
    patrol_only: BoolArray

    @property
    def opener(self) -> BoolArray:
        """The reports that opened an episode: one for each trouble."""
        return np.equal(self.episode, np.arange(self.n))

    @property
    def day_opener(self) -> BoolArray:
        """One report for each report-day."""
        return np.equal(self.report_day, np.arange(self.n))

    @property
    def voiced(self) -> BoolArray:
        """Openers of the episodes that somebody other than a patrol spoke of: what may be tested and ranked.

        Patrols make reports where they walk, so their finds say where they walked.
        """
        return self.opener & ~self.patrol_only


def clean(
    points: FloatArray,
    day: IntArray,
    kind: IntArray,
    is_patrol: BoolArray | None = None,
    *,
    epoch_s: IntArray | None = None,
    door: IntArray | None = None,
    known: FloatArray | None = None,
    placeholder: BoolArray | None = None,
    radius_m: float = RADIUS_M,
    span_h: int = SPAN_H,
    seed: int = 1,
) -> CleanEvents:
    """Tell placeholders, episodes and report-days of raw reports.

    Parameters
    ----------
    points : array of shape (n, 2)
        Metres of one plane system.
    day : int array of shape (n,)
        Office day of each report, as a day number (`date.toordinal`).
    kind : int array of shape (n,)
        Kinds as numbers.
    is_patrol : bool array of shape (n,), optional
        Reports that a patrol made; none if left out.
    epoch_s : int array of shape (n,), optional
        Moment of each report in seconds; without it days are compared.
    door, known
        As in `placeholders`.
    placeholder : bool array of shape (n,), optional
        Placeholders found before among more reports than these; None looks for them.
    radius_m, span_h : float, int
        Reports of one kind this near and at most this long after the first are one episode.

    Returns
    -------
    CleanEvents
    """
    n = len(day)
    aside = placeholders(points, day, kind, door=door, known=known) if placeholder is None else placeholder
    kept = np.flatnonzero(~aside)
    xy, kinds, days = np.asarray(points, dtype=np.float64).reshape(-1, 2)[kept], kind[kept], day[kept]
    moments, span = (days, span_h // _DAY_H) if epoch_s is None else (epoch_s[kept], span_h * _HOUR_S)
    episode, report_day = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    episode[kept] = kept[merge_episodes(xy, moments, kinds, span=span, radius_m=radius_m)]
    report_day[kept] = kept[merge_episodes(xy, days, kinds, span=0, radius_m=radius_m)]
    patrols = np.zeros(n, dtype=bool) if is_patrol is None else np.asarray(is_patrol, dtype=bool)
    spoken = np.zeros(n, dtype=bool)
    spoken[episode[kept][~patrols[kept]]] = True
    patrol_only = np.zeros(n, dtype=bool)
    patrol_only[kept] = ~spoken[episode[kept]]
    return CleanEvents(METHOD, f"{radius_m:g} m, {span_h} h", n, seed, aside, episode, report_day, patrol_only)
