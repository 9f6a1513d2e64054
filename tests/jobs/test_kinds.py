"""Kinds of jobs: each can be found and has a name that people read."""

import pytest

from mapsvc.domain.jobs import KIND_NAMES
from mapsvc.jobs.kinds import KINDS, function_of

OURS = {name: kind for name, kind in KINDS.items() if kind.target.startswith("mapsvc.")}


@pytest.mark.parametrize("name", OURS)
def test_a_kind_has_a_function_and_a_name(name: str) -> None:
    assert callable(function_of(OURS[name]))
    assert KIND_NAMES[name]


def test_every_name_belongs_to_a_kind() -> None:
    assert OURS.keys() == KIND_NAMES.keys()
