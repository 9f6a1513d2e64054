"""Fixtures of the public surface: its small store beside the office's, with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import FixedClock

if TYPE_CHECKING:
    from mapsvc.operations.surface.space import Space

KEY = "c2VjcmV0LWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXM"
"""What `mapsvc surface key` would print: 32 bytes."""


@pytest.fixture
def space(tmp_path: Path, clock: FixedClock) -> Iterator[Space]:
    """A public surface with an empty store, at the time of `clock`."""
    from mapsvc.config import Settings
    from mapsvc.operations.surface.space import Space

    opened = Space.open(Settings(data=tmp_path / "public", surface_key=KEY), clock)
    yield opened
    opened.database.close()
