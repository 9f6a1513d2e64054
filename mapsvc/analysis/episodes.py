"""Episodes: several reports of one trouble counted once."""

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
    opened: dict[int, list[int]] = {}
    episode = np.empty(len(day), dtype=np.int64)
    for i in order.tolist():
        recent = [j for j in opened.get(int(kind[i]), []) if day[i] - day[j] <= days]
        home = next((j for j in recent if np.hypot(*(points[i] - points[j])) <= radius_m), None)
        if home is None:
            recent.append(i)
            home = i
        opened[int(kind[i])] = recent
        episode[i] = home
    return episode
