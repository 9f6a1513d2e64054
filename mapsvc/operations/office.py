"""Facts about the office's store as a whole: is it the demo, is it reachable, at which revision."""

from dataclasses import dataclass

from mapsvc.operations.workspace import Workspace
from mapsvc.store import settings as store_settings
from mapsvc.store import system as store_system

DEMO = "demo"


@dataclass(frozen=True)
class Health:
    """What /healthz says of the store."""

    revision: int
    jobs: dict[str, int]


def is_demo(ws: Workspace) -> bool:
    """Whether the store holds fictional data, which every page then says."""
    with ws.read() as conn:
        return store_settings.get(conn, DEMO) not in (None, "", "0")


def is_empty(ws: Workspace) -> bool:
    """Whether nobody and nothing is in the store yet."""
    with ws.read() as conn:
        return store_system.is_empty(conn)


def mark_demo(ws: Workspace) -> None:
    """Say on every page from now on that the data is fictional."""
    with ws.write() as conn:
        store_settings.put(conn, DEMO, "1", ws.clock())


def health(ws: Workspace) -> Health:
    """Ask the store for its revision and the jobs per state; raises what the store raises."""
    with ws.read() as conn:
        return Health(store_system.revision_sum(conn), store_system.jobs_per_state(conn))
