"""The exchange beside the runner: when it is due, one at a time, never as a flood of jobs."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import MapsvcError
from mapsvc.jobs import surface
from mapsvc.jobs.kinds import KINDS, function_of
from mapsvc.jobs.report import Report
from mapsvc.operations import jobs
from mapsvc.operations.cards import make_card
from mapsvc.operations.exchange import pull as pulling
from mapsvc.operations.exchange.network import Unreachable
from mapsvc.operations.exchange.rounds import Exchanged
from mapsvc.operations.workspace import Workspace
from mapsvc.store import jobs as store
from tests.support.exchange import KEY
from tests.support.street import build


@pytest.fixture
def keyed(workspace: Workspace) -> Workspace:
    """An office with a public surface."""
    settings = replace(workspace.settings, surface_url="https://public.example", surface_key=KEY)
    return replace(workspace, settings=settings)


class Pulls:
    """What stands in for an exchange: counts, and fails as it is told."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors, self.n, self.going = list(errors), 0, threading.Event()
        self.going.set()

    def __call__(self, *_: object) -> Exchanged:
        self.n += 1
        self.going.wait(5)
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        return Exchanged(0, 1)


def settle(exchange: surface.Exchange) -> None:
    """Let what was begun end."""
    if exchange._thread:
        exchange._thread.join(10)


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds since the start, as a test says."""
    now = [1000.0]
    monkeypatch.setattr(surface, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_it_exchanges_at_once_and_then_every_few_minutes(
    keyed: Workspace, passing: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = Pulls()
    monkeypatch.setattr(pulling, "pull", pulls)
    exchange = surface.Exchange(keyed)
    for seconds, expected in ((0, 1), (60, 1), (61, 2), (119, 2), (2, 3)):
        passing[0] += seconds
        exchange.step()
        settle(exchange)
        assert pulls.n == expected
    with keyed.read() as conn:
        assert store.recent(conn) == []


def test_what_is_to_be_seen_outside_does_not_wait_for_the_next_one(
    keyed: Workspace, passing: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = Pulls(None, None, Unreachable("no network"))
    monkeypatch.setattr(pulling, "pull", pulls)
    exchange = surface.Exchange(keyed)
    people = build(keyed)
    # After a failure what changed waits with the rest.
    for seconds, code, expected in (
        (0, "", 1),
        (4, "LT0001", 1),
        (2, "", 2),
        (6, "", 2),
        (6, "LT0002", 3),
        (6, "LT0001", 3),
    ):
        passing[0] += seconds
        if code:
            make_card(keyed, people.secretary, code, is_lost=True)
        exchange.step()
        settle(exchange)
        assert pulls.n == expected


def test_a_slow_one_is_not_overtaken(keyed: Workspace, passing: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    pulls = Pulls()
    pulls.going.clear()
    monkeypatch.setattr(pulling, "pull", pulls)
    exchange = surface.Exchange(keyed)
    for _ in range(5):
        exchange.step()
        passing[0] += 10_000
    deadline = time.time() + 5
    while pulls.n == 0 and time.time() < deadline:
        time.sleep(0.01)
    assert pulls.n == 1
    pulls.going.set()
    settle(exchange)


def test_whatever_fails_the_next_one_comes(
    keyed: Workspace, passing: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls = Pulls(Unreachable("no network"), RuntimeError("a fault of the program"), None)
    monkeypatch.setattr(pulling, "pull", pulls)
    exchange = surface.Exchange(keyed)
    for expected in (1, 2, 3):
        exchange.step()
        settle(exchange)
        assert pulls.n == expected
        passing[0] += 3600


def test_without_a_public_surface_nothing_begins(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pulls = Pulls()
    monkeypatch.setattr(pulling, "pull", pulls)
    exchange = surface.Exchange(workspace)
    exchange.step()
    settle(exchange)
    assert pulls.n == 0


def test_it_can_be_asked_for_as_a_job(keyed: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "pull", Pulls())
    job = jobs.enqueue(keyed, SYSTEM, "surface")
    assert function_of(KINDS["surface"])(keyed, {}, Report(keyed.folder, job)) == {"said": 0, "letters": 1}


def test_a_job_that_fails_says_why(keyed: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "pull", Pulls(Unreachable("连不上")))
    job = jobs.enqueue(keyed, SYSTEM, "surface")
    with pytest.raises(MapsvcError, match="连不上"):
        function_of(KINDS["surface"])(keyed, {}, Report(keyed.folder, job))
