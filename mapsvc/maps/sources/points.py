"""Point layers from snapshots: clusters by zoom, or the points themselves where few are in view."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapsvc.maps.clusters import CellRange, Cells, Clusters, members
from mapsvc.maps.mercator import from_world, to_world
from mapsvc.maps.query import Query
from mapsvc.maps.snapshots import Mask, Selection, Snapshot
from mapsvc.maps.sources.ask import MOST_SINGLE, Ask, collection, point

_WHOLE_WORLD = (-180.0, -90.0, 180.0, 90.0)


class PointSource(ABC):
    """Shared by all point layers: subclasses say how to load, filter and describe their points."""

    #: Category that clusters are divided by.
    kind: str | None = None

    @abstractmethod
    def snapshot(self, ask: Ask) -> Snapshot:
        """The layer as it stands at the revision of the question."""

    @abstractmethod
    def scope(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """What the filters and the clock make of the layer; equal scopes select equal points with equal properties."""

    def filters(self, ask: Ask, snapshot: Snapshot) -> Hashable:
        """The part of the scope that decides which points are chosen; selections are remembered by it."""
        return self.scope(ask, snapshot)

    @abstractmethod
    def mask(self, ask: Ask, snapshot: Snapshot) -> Mask | None:
        """Which points pass the filters; None: all."""

    @abstractmethod
    def describe(self, ask: Ask, snapshot: Snapshot, index: NDArray[np.intp]) -> list[dict[str, Any] | None]:
        """Properties of these points of the snapshot, in order; None for one that is gone meanwhile."""

    @abstractmethod
    def revision(self, ask: Ask) -> int:
        """The number that rises with every change of the layer."""

    def version(self, ask: Ask) -> Hashable:
        """Revision, scope and the cells in view: neighbouring views share an answer."""
        return self.revision(ask), self.scope(ask, self.snapshot(ask)), _view(ask.query)

    def answer(self, ask: Ask) -> dict[str, Any]:
        """Clusters, or the points themselves where at most MOST_SINGLE are in view."""
        snapshot, view = self.snapshot(ask), _view(ask.query)
        key = (self.revision(ask), self.filters(ask, snapshot))
        selection = ask.snapshots.select(type(self).__name__, key, lambda: snapshot.select(self.mask(ask, snapshot)))
        cells = selection.points.cells(view.zoom)
        chosen = cells.within(view)
        total = int(cells.count[chosen].sum())
        if total <= MOST_SINGLE:
            features = self._singles(ask, selection, cells, chosen)
        else:
            many = cells.count[chosen] > 1
            features = self._clusters(selection, view.zoom, chosen[many])
            features += self._singles(ask, selection, cells, chosen[~many])
        return collection(features, self.revision(ask), total)

    def _singles(self, ask: Ask, selection: Selection, cells: Cells, chosen: NDArray[np.intp]) -> list[dict[str, Any]]:
        if not len(chosen):
            return []
        index = selection.index[members(cells, chosen)]
        columns = selection.snapshot.columns
        positions = zip(columns.lon[index].tolist(), columns.lat[index].tolist(), strict=True)
        described = self.describe(ask, selection.snapshot, index)
        return [
            point(lon, lat, ask.keep(properties))
            for (lon, lat), properties in zip(positions, described, strict=True)
            if properties is not None
        ]

    def _clusters(self, selection: Selection, zoom: int, chosen: NDArray[np.intp]) -> list[dict[str, Any]]:
        labels = selection.snapshot.labels(self.kind) if self.kind else ()
        return _cluster_features(selection.points.clusters(zoom, chosen), labels)


def _cluster_features(clusters: Clusters, labels: Sequence[str]) -> list[dict[str, Any]]:
    lon, lat = from_world(clusters.x, clusters.y)
    rows = zip(
        lon.tolist(),
        lat.tolist(),
        clusters.count.tolist(),
        clusters.expand_zoom.tolist(),
        clusters.kinds.tolist(),
        strict=True,
    )
    return [
        point(
            x,
            y,
            {
                "cluster": True,
                "point_count": count,
                "expand_zoom": expand,
                "kinds": {label: n for label, n in zip(labels, kinds, strict=False) if n},
            },
        )
        for x, y, count, expand, kinds in rows
    ]


def _view(query: Query) -> CellRange:
    west, south, east, north = query.bbox or _WHOLE_WORLD
    x, y = to_world([west, east], [north, south])
    return CellRange.around((int(x[0]), int(x[1])), (int(y[0]), int(y[1])), query.zoom)


def identifiers(snapshot: Snapshot, index: NDArray[np.intp]) -> list[str]:
    """Ids of these points as text."""
    return [raw.decode("ascii") for raw in snapshot.columns.ids[index].tolist()]


def labels_of(snapshot: Snapshot, name: str, index: NDArray[np.intp]) -> list[str]:
    """Labels in category `name` of these points."""
    labels = snapshot.labels(name)
    return [labels[code] for code in snapshot.columns.categories[name].code[index].tolist()]


def rows_of(found: Mapping[str, Any], ids: Sequence[str]) -> list[Any]:
    """Rows in the order of the ids; None where there is none."""
    return [found.get(each) for each in ids]
