"""The doorkeeper of a surface: signs and hashes that name nobody, misses remembered for a while, places to wait."""

from __future__ import annotations

import pytest

from mapsvc.domain import surface_limits as rules
from mapsvc.errors import TooMany
from mapsvc.operations.surface.limits import Doorkeeper
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import facts
from tests.support.clock import FixedClock


class Nap:
    """Sleeps by noting it, and by doing what a test wants meanwhile."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.meanwhile = lambda: None

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.meanwhile()


def missed(keeper: Doorkeeper, source: str, n: int = rules.MISSES) -> None:
    """So many addresses that opened nothing."""
    for _ in range(n):
        keeper.missed(source)


def test_processes_of_a_surface_share_their_secret_and_other_surfaces_do_not(space: Space) -> None:
    first, second = Doorkeeper.of(space), Doorkeeper.of(space)
    assert first.device_sign("k") == second.device_sign("k")
    assert first.is_known("k", second.device_sign("k"))
    with space.write() as conn:
        facts.put(conn, facts.DEVICES, "00" * 32)
    assert not Doorkeeper.of(space).is_known("k", first.device_sign("k"))


def test_a_sign_is_good_for_one_card_and_is_no_source(space: Space) -> None:
    keeper = Doorkeeper.of(space)
    assert not keeper.is_known("other", keeper.device_sign("k"))
    assert not keeper.is_known("k", keeper.source("k"))
    assert not keeper.is_known("k", "")
    assert not keeper.is_known("k", "é")


def test_a_source_is_told_from_another_and_names_no_address(space: Space) -> None:
    keeper = Doorkeeper.of(space)
    told = keeper.source("203.0.113.7")
    assert told == keeper.source("203.0.113.7") != keeper.source("203.0.113.8")
    assert "." not in told and len(told) == 32


def test_misses_far_apart_slow_nobody(space: Space, clock: FixedClock) -> None:
    keeper = Doorkeeper.of(space, Nap())
    for _ in range(rules.MISSES * 3):
        keeper.missed("a")
        clock.advance(minutes=1)
    assert not keeper.is_guessing("a")


def test_who_goes_on_guessing_goes_on_waiting(space: Space, clock: FixedClock) -> None:
    nap = Nap()
    keeper = Doorkeeper.of(space, nap)
    missed(keeper, "a")
    for _ in range(600):
        keeper.admit("a", is_known=False)
        keeper.missed("a")
        clock.advance(seconds=rules.WAIT_S)
    assert len(nap.taken) == 600


def test_places_to_wait_are_few_for_one_source_and_for_all(space: Space) -> None:
    nap = Nap()
    keeper = Doorkeeper.of(space, nap)
    sources = [f"s{n}" for n in range(rules.MOST_WAITING + 1)]
    for source in sources:
        missed(keeper, source)
    refused: list[str] = []

    def next_comes() -> None:
        # Each who waits sees the next one come, every source twice.
        n = len(nap.taken)
        try:
            keeper.admit(sources[n // 2], is_known=False)
        except TooMany as error:
            refused.append(str(error.extra["retry_after_s"]))

    nap.meanwhile = next_comes
    keeper.admit(sources[0], is_known=False)
    assert len(nap.taken) == rules.MOST_WAITING
    assert refused == [str(rules.RETRY_AFTER_S)]
    nap.meanwhile = lambda: None
    keeper.admit(sources[0], is_known=False)


def test_one_source_takes_no_more_than_its_places(space: Space) -> None:
    nap = Nap()
    keeper = Doorkeeper.of(space, nap)
    missed(keeper, "a")
    nap.meanwhile = lambda: keeper.admit("a", is_known=False)
    with pytest.raises(TooMany):
        keeper.admit("a", is_known=False)
    assert len(nap.taken) == rules.MOST_WAITING_OF_SOURCE
    # All places are free again.
    nap.meanwhile = lambda: None
    keeper.admit("a", is_known=False)


def test_what_is_remembered_has_a_bound(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_SOURCES", 3)
    keeper = Doorkeeper.of(space, Nap())
    missed(keeper, "first")
    for source in ("b", "c", "d"):
        keeper.missed(source)
    assert not keeper.is_guessing("first")
    missed(keeper, "d")
    assert keeper.is_guessing("d")
