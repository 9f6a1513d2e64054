"""How the exchange stands inside: numbers of letters, what was taken in, the layout the outside shows, failures."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapsvc.config import Settings
from mapsvc.domain.times import iso, parse_iso
from mapsvc.store import surface_items

LONGEST_PAUSE = timedelta(hours=1)
SHORTEST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True)
class State:
    """What is kept between two exchanges.

    Attributes
    ----------
    n_out, n_in : int
        Numbers of the last letter written and of the last one taken.
    acked, acked_id : int, str
        The last thing taken in.
    serial, digest : int, str
        Of the layout as it was last made.
    shown : int
        The layout that the outside shows.
    good_at, tried_at : str
        ISO times of the last exchange that worked, and of the last that was tried; empty: never.
    failures : int
        In a row, since the last that worked.
    why : str
        What the last failure was.
    """

    n_out: int = 0
    n_in: int = 0
    acked: int = 0
    acked_id: str = ""
    serial: int = 0
    digest: str = ""
    shown: int = 0
    good_at: str = ""
    tried_at: str = ""
    failures: int = 0
    why: str = ""

    @property
    def last_good_at(self) -> datetime | None:
        """When the last exchange worked."""
        return parse_iso(self.good_at) if self.good_at else None

    def worked(self, at: datetime) -> "State":
        """After an exchange that worked."""
        return replace(self, good_at=iso(at), tried_at=iso(at), failures=0, why="")

    def failed(self, at: datetime, why: str) -> "State":
        """After one that did not."""
        return replace(self, tried_at=iso(at), failures=self.failures + 1, why=why[:300])


def read(conn: Connection) -> State:
    """How the exchange stands."""
    return State(**surface_items.state(conn))


def write(conn: Connection, state: State, at: datetime) -> None:
    """Keep how it stands."""
    surface_items.put_state(conn, asdict(state), at)


def address(settings: Settings) -> str:
    """Where the public surface is; empty: nowhere."""
    return (settings.surface_url or settings.public_url).rstrip("/")


def is_configured(settings: Settings) -> bool:
    """Whether this office exchanges letters over the network."""
    return bool(address(settings) and settings.surface_key)


def pause(settings: Settings, failures: int) -> timedelta:
    """How long to wait until the next exchange: longer after each failure in a row, an hour at most."""
    usual = max(timedelta(minutes=settings.surface_minutes), SHORTEST_PAUSE)
    longer: timedelta = usual * (1 << min(failures, 10))
    return min(longer, max(LONGEST_PAUSE, usual))
