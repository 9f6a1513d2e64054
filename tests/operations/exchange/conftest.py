"""Both sides of the exchange, for every test here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mapsvc.config import Settings
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Workspace
from tests.support.clock import FixedClock
from tests.support.exchange import KEY, Both, build


@pytest.fixture
def space(tmp_path: Path, clock: FixedClock) -> Iterator[Space]:
    """A public surface with an empty store, at the time of `clock`."""
    opened = Space.open(Settings(data=tmp_path / "public", surface_key=KEY), clock)
    yield opened
    opened.database.close()


@pytest.fixture
def both(workspace: Workspace, space: Space) -> Both:
    """An office and its public surface, nothing exchanged yet."""
    return build(workspace, space)
