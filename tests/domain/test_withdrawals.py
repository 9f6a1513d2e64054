"""Who takes back what, until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mapsvc.domain.actors import Actor, Role
from mapsvc.domain.withdrawals import ANY_DAYS, OWN_DAYS, require_in_time
from mapsvc.errors import Forbidden, Refused

LATE_AT_NIGHT = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
"""One minute before midnight at the office."""
MAKER, OTHER = Actor("a", "小陈", Role.WORKER), Actor("b", "小周", Role.WORKER)
SECRETARY = Actor("c", "王书记", Role.SECRETARY)


@pytest.mark.parametrize(("actor", "days"), [(MAKER, OWN_DAYS), (SECRETARY, ANY_DAYS)])
def test_days_are_the_offices(actor: Actor, days: int) -> None:
    in_time = LATE_AT_NIGHT + timedelta(days=days)
    require_in_time(actor, "a", LATE_AT_NIGHT, in_time)
    with pytest.raises(Refused):
        require_in_time(actor, "a", LATE_AT_NIGHT, in_time + timedelta(minutes=1))


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.SECRETARY])
def test_nobody_else_takes_back_anothers(role: Role) -> None:
    for maker in ("a", None):
        with pytest.raises(Forbidden, match="街区书记"):
            require_in_time(Actor("b", "某人", role), maker, LATE_AT_NIGHT, LATE_AT_NIGHT)
