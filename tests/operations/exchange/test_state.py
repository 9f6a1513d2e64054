"""How the exchange stands: longer pauses after failures, one line for those who wait, a problem after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Conflict, Forbidden, Usage
from mapsvc.operations.exchange import rounds
from mapsvc.operations.exchange.network import Unreachable
from mapsvc.operations.exchange.pull import pull
from mapsvc.operations.exchange.standing import problems, standing_of
from mapsvc.operations.exchange.state import is_configured, pause
from mapsvc.store import revisions
from tests.support.clock import FixedClock
from tests.support.exchange import Both


def cut(_: bytes) -> bytes:
    """No network."""
    raise Unreachable("连不上公网页面。")


def test_pauses_grow_with_failures_to_an_hour_and_no_further() -> None:
    told = [pause(Settings(surface_minutes=2), n) for n in range(0, 12)]
    assert told[:4] == [timedelta(minutes=m) for m in (2, 4, 8, 16)]
    assert told[-1] == timedelta(hours=1)
    assert pause(Settings(surface_minutes=0), 0) == timedelta(seconds=10)
    assert pause(Settings(surface_minutes=240), 5) == timedelta(hours=4)


def test_it_is_wanted_only_with_an_address_and_a_key() -> None:
    assert not is_configured(Settings(surface_url="https://x.example"))
    assert not is_configured(Settings(surface_key="k"))
    assert is_configured(Settings(public_url="https://x.example", surface_key="k"))


def test_failures_are_counted_said_and_forgotten(both: Both, clock: FixedClock) -> None:
    both.exchange()
    for _ in range(3):
        clock.advance(minutes=10)
        with pytest.raises(Unreachable):
            both.exchange(cut)
    stands = standing_of(both.ws, SYSTEM)
    assert (stands.failures, stands.is_late, stands.why) == (3, True, "连不上公网页面。")
    assert "上次11月23日 09:00" in stands.words
    assert problems(both.ws) == []
    clock.advance(days=1)
    assert problems(both.ws) == [standing_of(both.ws, SYSTEM).words]
    both.exchange()
    stands = standing_of(both.ws, SYSTEM)
    assert (stands.failures, stands.is_late, problems(both.ws)) == (0, False, [])


def test_without_a_public_host_nothing_is_wrong(both: Both) -> None:
    without = replace(both.ws, settings=replace(both.ws.settings, surface_url="", surface_key=""))
    assert (problems(without), standing_of(without, SYSTEM).is_wanted) == ([], False)
    with pytest.raises(Usage, match="MAPSVC_SURFACE_URL"):
        pull(without, SYSTEM)


def test_an_exchange_without_news_raises_no_revision(both: Both, clock: FixedClock) -> None:
    both.exchange()
    with both.ws.read() as conn:
        before = revisions.read(conn)
    clock.advance(minutes=2)
    both.exchange()
    with both.ws.read() as conn:
        assert revisions.read(conn) == before


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.SECRETARY, Role.ADMIN)])
def test_only_those_who_may_exchange(both: Both, role: Role) -> None:
    who = Actor(None, "?", role)
    for act in (
        lambda: rounds.exchange(both.ws, who, both.deliver),
        lambda: rounds.write_file(both.ws, who),
        lambda: rounds.take_file(both.ws, who, b""),
        lambda: standing_of(both.ws, who),
    ):
        with pytest.raises(Forbidden):
            act()


def test_two_exchanges_of_an_office_do_not_overtake_each_other(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LONGEST_WAIT_S", 0.05)
    refused: list[str] = []

    def meanwhile(raw: bytes) -> bytes:
        with pytest.raises(Conflict) as caught:
            both.exchange()
        refused.append(caught.value.code)
        return both.deliver(raw)

    both.exchange(meanwhile)
    assert refused
    assert set(refused) == {"exchanging"}
    assert standing_of(both.ws, SYSTEM).failures == 0
    both.exchange()
