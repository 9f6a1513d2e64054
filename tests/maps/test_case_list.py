"""The list beside the map, taken from memory, is the list that the store would give."""

from datetime import timedelta

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.domain.cases import CaseState
from mapsvc.maps.service import MapService
from mapsvc.operations.cases import list_cases
from mapsvc.operations.workspace import Workspace
from mapsvc.store.issues import Wanted
from tests.maps.streets import CORNER, NOW, add_issue

BOX = (CORNER[0] - 0.01, CORNER[1] - 0.01, CORNER[0] + 0.01, CORNER[1] + 0.01)
KINDS = ("06010", "L0001", "L0003")


@pytest.fixture
def office(workspace: Workspace) -> Workspace:
    """Forty issues: running, without a limit, suspended, closed, some out of view, many alike."""
    states = ("reported", "handling", "suspended", "closed", "rejected", "verifying")
    for n in range(40):
        state = states[n % len(states)]
        case: dict[str, object] = {}
        if n % 4:
            case["due_at"] = NOW + timedelta(hours=n % 5 - 2)
        if state == "suspended":
            case["paused_at"] = NOW - timedelta(hours=1)
        if state in {"closed", "rejected"}:
            case["closed_at"] = NOW
        at = NOW - timedelta(days=n % 3)
        lon = CORNER[0] + (0.02 if n % 7 == 0 else 0)
        add_issue(workspace, n, kind=KINDS[n % 3], state=state, at=at, lon=lon, **case)
    return workspace


@pytest.mark.parametrize("limit", [1, 5, 7, 60])
@pytest.mark.parametrize(
    ("wanted", "states"),
    [
        (Wanted(box=BOX), ("open",)),
        (Wanted(box=BOX, kinds=("06010", "L0003")), ("open",)),
        (Wanted(box=BOX), (CaseState.SUSPENDED, CaseState.CLOSED)),
        (Wanted(box=BOX, since=NOW - timedelta(days=1), until=NOW), ("open",)),
        (Wanted(box=(1.0, 1.0, 2.0, 2.0)), ("open",)),
    ],
)
def test_both_ways_give_the_same_page(office: Workspace, wanted: Wanted, states: tuple[str, ...], limit: int) -> None:
    picked = MapService(office).due_first(SYSTEM, wanted, states, limit)
    from_memory = list_cases(office, SYSTEM, wanted, limit=limit, states=states, picked=picked)
    assert from_memory == list_cases(office, SYSTEM, wanted, limit=limit, states=states)
