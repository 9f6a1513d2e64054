"""Columnar snapshots of the point layers, one per worker process and revision; filters are masks over them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mapsvc.maps.clusters import PointSet, morton
from mapsvc.maps.mercator import Ints, to_world
from mapsvc.store.snapshots import Category, PointColumns

Mask = NDArray[np.bool_]
# Filtered copies are remembered up to this many points in all, so that panning under a filter costs nothing.
_REMEMBER_POINTS = 4_000_000


@dataclass(frozen=True)
class Snapshot:
    """A whole point layer in Morton order.

    Attributes
    ----------
    columns : PointColumns
        All columns in the same order as `points`.
    points : PointSet
    """

    columns: PointColumns
    points: PointSet

    @classmethod
    def of(cls, loaded: PointColumns, kind: str | None = None) -> "Snapshot":
        """Sort the columns; category `kind` is what clusters are divided by (None: by nothing)."""
        x, y = to_world(loaded.lon, loaded.lat)
        code = morton(x, y)
        order = _order(code, loaded.ids)
        columns = _reordered(loaded, order)
        category = columns.categories.get(kind or "")
        codes = category.code.astype(np.int64) if category else np.zeros(len(order), np.int64)
        width = max(len(category.labels), 1) if category else 1
        return cls(columns, PointSet(x[order], y[order], code[order], codes, width))

    def __len__(self) -> int:
        return len(self.points)

    def is_one_of(self, name: str, labels: Sequence[str]) -> Mask:
        """Which points carry one of the labels in category `name`."""
        category = self.columns.categories[name]
        wanted = np.zeros(max(len(category.labels), 1), dtype=bool)
        for label in labels:
            if label in category.labels:
                wanted[category.labels.index(label)] = True
        found: Mask = wanted[category.code]
        return found

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels of category `name`."""
        return self.columns.categories[name].labels

    def time(self, name: str) -> Ints:
        """The column of times `name`, seconds since 1970 UTC."""
        return self.columns.times[name]

    @cached_property
    def memo(self) -> dict[str, Ints]:
        """What sources work out once per snapshot."""
        return {}

    @cached_property
    def everything(self) -> "Selection":
        """All points."""
        return Selection(self, np.arange(len(self)), self.points)

    def select(self, mask: Mask | None) -> "Selection":
        """The points of a mask, still in Morton order."""
        if mask is None:
            return self.everything
        chosen, points = np.flatnonzero(mask), self.points
        picked = PointSet(points.x[chosen], points.y[chosen], points.code[chosen], points.kind[chosen], points.n_kinds)
        return Selection(self, chosen, picked)


@dataclass(frozen=True)
class Selection:
    """Points that passed a filter.

    Attributes
    ----------
    snapshot : Snapshot
    index : array of int, shape (n,)
        Where they stand in the snapshot.
    points : PointSet
    """

    snapshot: Snapshot
    index: NDArray[np.intp]
    points: PointSet


class Snapshots:
    """The snapshots of this process: the newest of each layer, and recent selections of it.

    A request that finds a newer revision in the store loads it itself; others wait for that load, not for each other's
    layers.
    """

    def __init__(self) -> None:
        self._snapshots: dict[str, tuple[Hashable, Snapshot]] = {}
        self._selections: OrderedDict[Hashable, Selection] = OrderedDict()
        self._loading: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, layer: str, version: Hashable, load: Callable[[], Snapshot]) -> Snapshot:
        """The snapshot of `layer` at `version`, loaded if this process holds another one."""
        with self._guard:
            lock = self._loading.setdefault(layer, threading.Lock())
        with lock:
            held = self._snapshots.get(layer)
            if held is not None and held[0] == version:
                return held[1]
            self._snapshots[layer] = (version, load())
            if held is not None:
                self._forget(held[1])
            return self._snapshots[layer][1]

    def select(self, layer: str, key: Hashable, make: Callable[[], Selection]) -> Selection:
        """The selection of `layer` remembered under `key`, made if there is none."""
        with self._guard:
            found = self._selections.get((layer, key))
            if found is not None:
                self._selections.move_to_end((layer, key))
                return found
        made = make()
        with self._guard:
            self._selections[(layer, key)] = made
            self._shrink()
        return made

    def _forget(self, old: Snapshot) -> None:
        with self._guard:
            for key in [key for key, selection in self._selections.items() if selection.snapshot is old]:
                del self._selections[key]

    def _shrink(self) -> None:
        while len(self._selections) > 1 and sum(len(s.points) for s in self._selections.values()) > _REMEMBER_POINTS:
            self._selections.popitem(last=False)


def _order(code: Ints, ids: NDArray[np.bytes_]) -> NDArray[np.intp]:
    """By code; among equal codes by id, so that equal data lie in equal order whatever order they were read in."""
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    same = ordered[1:] == ordered[:-1]
    tied = np.concatenate((same, [False])) | np.concatenate(([False], same)) if len(order) else same
    block = order[tied]
    order[tied] = block[np.lexsort((ids[block], code[block]))]
    return order


def _reordered(loaded: PointColumns, order: NDArray[np.intp]) -> PointColumns:
    return PointColumns(
        ids=loaded.ids[order],
        lon=loaded.lon[order],
        lat=loaded.lat[order],
        categories={name: Category(c.labels, c.code[order]) for name, c in loaded.categories.items()},
        times={name: values[order] for name, values in loaded.times.items()},
    )
