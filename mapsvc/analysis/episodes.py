"""Episodes: several reports of one trouble counted once."""

from math import dist

import numpy as np
from numpy.typing import NDArray


def merge_episodes(
    points: NDArray[np.float64],
    day: NDArray[np.int64],
    kind: NDArray[np.int64],
    *,
    radius_m: float = 50.0,
    days: int = 3,
) -> NDArray[np.int64]:
    """Give each report the number of its episode.

    A report joins the earliest episode of its kind whose *first* report lies within `radius_m` and `days`;
    never chained, since chaining would turn a chronic corner's months into one episode.

    Parameters
    ----------
    points : array of shape (n, 2)
        Metres.
    day : int array of shape (n,)
        Day number of each report.
    kind : int array of shape (n,)
        Code of the kind as a number.

    Returns
    -------
    int array of shape (n,)
        Index of the report that opened the episode.
    """
    order = np.lexsort((np.arange(len(day)), day))
    squares = np.floor(points / radius_m).astype(np.int64).reshape(-1, 2).tolist()
    places, days_of, kinds = points.tolist(), day.tolist(), kind.tolist()
    anchors: dict[tuple[int, int, int], list[int]] = {}
    episode = np.empty(len(day), dtype=np.int64)
    for i in order.tolist():
        x, y = squares[i]
        home = i
        for key in ((kinds[i], x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            for j in anchors.get(key, ()):
                if days_of[i] - days_of[j] <= days and dist(places[i], places[j]) <= radius_m:
                    home = min(home, j, key=lambda k: (days_of[k], k))
        if home == i:
            bucket = anchors.setdefault((kinds[i], x, y), [])
            bucket[:] = [j for j in bucket if days_of[i] - days_of[j] <= days]
            bucket.append(i)
        episode[i] = home
    return episode
