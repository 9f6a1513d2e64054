"""Fixtures of the API: one street's story behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.street import Street, build

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace


@pytest.fixture
def street(workspace: Workspace) -> Street:
    """Two shops, a place and their people in `workspace`."""
    return build(workspace)
