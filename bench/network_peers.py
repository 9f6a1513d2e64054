"""networkx and rustworkx on a part of the city, for bench.network; runs in the environment of the peers."""

import sys
import time

import networkx
import numpy as np
import rustworkx


def main() -> None:
    """Print CPU seconds per peer for all rows; asked for by bench/network.py, no bench of its own."""
    part = np.load(sys.argv[1])
    indptr, indices, data = part["indptr"], part["indices"], part["data"]
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    edges = list(zip(rows.tolist(), indices.tolist(), data.tolist(), strict=True))
    sources = part["sources"].tolist()
    for name, answer in (("rustworkx", _rustworkx(edges, len(indptr) - 1)), ("networkx", _networkx(edges))):
        least = np.full(len(indptr) - 1, np.inf)
        began = time.process_time()
        found = [answer(source) for source in sources]
        seconds = time.process_time() - began
        for source, row in zip(sources, found, strict=True):
            reached = {source: 0.0} | dict(row)
            nodes = np.fromiter(reached, dtype=np.int64)
            least[nodes] = np.minimum(least[nodes], np.fromiter(reached.values(), dtype=float))
        assert np.array_equal(least, part["expected"]), f"{name} disagrees"
        print(name, seconds)


def _networkx(edges):
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from(edges)
    return lambda source: networkx.single_source_dijkstra_path_length(graph, source)


def _rustworkx(edges, size):
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    return lambda source: rustworkx.dijkstra_shortest_path_lengths(graph, source, float)
