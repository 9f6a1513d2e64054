"""出发和收工: where each sets out and ends, and how long they walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mapsvc.errors import Forbidden, NotFound, Refused
from mapsvc.operations import patrol_walkers
from tests.support.acts import acts_on
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.patrol import Special
    from mapsvc.operations.workspace import Workspace


def presets(ws: Workspace) -> dict[str, Special]:
    with ws.read() as conn:
        return patrol_walkers.presets(conn)


def test_nobody_differs_at_first(workspace: Workspace, street: Street) -> None:
    assert presets(workspace) == {}
    lines = patrol_walkers.list_walkers(workspace, street.secretary)
    assert [(line.person.display_name, line.ways) for line in lines][:2] == [("小周", None), ("小陈", None)]


def test_what_is_said_of_one_holds_for_one(workspace: Workspace, street: Street) -> None:
    patrol_walkers.set_ways(workspace, street.secretary, uid("chen"), "PD0001", "LT0001", 90)
    (preset,) = presets(workspace).values()
    assert (preset.worker, preset.minutes) == ("小陈", 90)
    assert preset.start is not None
    assert preset.end is not None
    assert preset.start != preset.end
    kept = patrol_walkers.set_ways(workspace, street.secretary, uid("chen"), "橙子公寓旁空地", "", 90)
    assert kept is not None
    assert (kept.start_lon, kept.start_lat) == preset.start
    assert presets(workspace)["小陈"].end is None


def test_all_empty_is_as_for_everybody(workspace: Workspace, street: Street) -> None:
    patrol_walkers.set_ways(workspace, street.chen, uid("chen"), "", "", 60)
    assert patrol_walkers.set_ways(workspace, street.chen, uid("chen"), "", " ", None) is None
    assert presets(workspace) == {}
    assert acts_on(workspace, "patrol_walker") == ["set_patrol_ways", "set_patrol_ways"]


def test_a_worker_says_it_of_themselves_alone(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        patrol_walkers.set_ways(workspace, street.chen, uid("zhou"), "", "", 60)
    assert [line.person.id for line in patrol_walkers.list_walkers(workspace, street.chen)] == [uid("chen")]
    with pytest.raises(NotFound):
        patrol_walkers.set_ways(workspace, street.secretary, uid("nobody"), "", "", 60)


@pytest.mark.parametrize(("told", "field"), [(("哪里", "", None), "start"), (("", "哪里", None), "end"),
                                             (("", "", 5), "minutes")])  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(
    workspace: Workspace, street: Street, told: tuple[str, str, int | None], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        patrol_walkers.set_ways(workspace, street.chen, uid("chen"), *told)
    assert refused.value.problems[0].field == field
    assert presets(workspace) == {}
