"""Places get codes in order, are corrected under their version, and keep their history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapsvc.errors import Conflict, Forbidden, NotFound, Refused
from mapsvc.operations import history
from mapsvc.operations.issues import Spot
from mapsvc.operations.places import NewPlace, correct_place, create_place, get_place, list_places
from mapsvc.operations.workspace import Workspace
from tests.support.street import Street, uid

SHED = NewPlace(uid("shed"), "电动车充电棚", "充电棚", 121.4193, 31.2523)


def test_a_new_place_takes_the_next_code_once(workspace: Workspace, street: Street) -> None:
    place, is_new = create_place(workspace, street.chen, SHED)
    assert (place.code, is_new) == ("PD0002", True)
    assert create_place(workspace, street.chen, SHED) == (get_place(workspace, street.chen, "PD0002").place, False)
    with pytest.raises(Conflict):
        create_place(workspace, street.chen, replace(SHED, name="别的"))
    assert [p.code for p in list_places(workspace, street.chen).items] == ["PD0001", "PD0002"]


def test_a_correction_counts_the_version_and_is_told(workspace: Workspace, street: Street) -> None:
    place = correct_place(workspace, street.chen, "PD0001", 1, {"responsible_unit": "市容所"}, Spot(121.41995, 31.2516))
    assert (place.version, place.responsible_unit) == (2, "市容所")
    newest = history.place_history(workspace, street.chen, "PD0001").items[0]
    assert newest.title == "更正 · 责任单位、位置"
    with pytest.raises(Conflict):
        correct_place(workspace, street.chen, "PD0001", 1, {"name": "x"})


def test_what_cannot_be_is_refused(workspace: Workspace, street: Street) -> None:
    with pytest.raises(Refused):
        create_place(workspace, street.chen, replace(SHED, lon=0.0, lat=0.0))
    with pytest.raises(NotFound, match="PD9999"):
        get_place(workspace, street.chen, "PD9999")
    with pytest.raises(Forbidden):
        create_place(workspace, street.volunteer, SHED)
