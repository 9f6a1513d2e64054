"""The door of the exchange: the inside's letters are answered; to everybody else there is no such address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mapsvc.app import create_public_app
from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.operations.exchange import rounds
from mapsvc.operations.exchange.keys import new_key
from mapsvc.operations.exchange.letters import CONTENT_TYPE, HEAD_BYTES
from mapsvc.operations.surface.space import Space
from mapsvc.operations.workspace import Workspace
from mapsvc.web.public import exchange as door
from tests.support.clock import FixedClock
from tests.support.exchange import KEY, Both, build


@pytest.fixture
def both(workspace: Workspace, tmp_path: Path, clock: FixedClock) -> Iterator[Both]:
    space = Space.open(Settings(data=tmp_path / "public", surface_key=KEY), clock)
    yield build(workspace, space)
    space.database.close()


@pytest.fixture
def client(both: Both) -> FlaskClient:
    return create_public_app(both.space).test_client()


def written(both: Both) -> bytes:
    """A letter of the inside."""
    return rounds.write_file(both.ws, SYSTEM)


def test_a_letter_is_answered_and_shown(both: Both, client: FlaskClient) -> None:
    def send(raw: bytes) -> bytes:
        answer = client.post("/exchange", data=raw, content_type=CONTENT_TYPE)
        assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, CONTENT_TYPE, "no-store")
        return answer.data

    both.ask("通过网络")
    assert both.exchange(send) == 1
    assert both.waiting() == 0
    assert both.shown() is not None


def test_the_same_letter_again_is_refused_and_changes_nothing(both: Both, client: FlaskClient) -> None:
    raw = written(both)
    codes = [client.post("/exchange", data=raw, content_type=CONTENT_TYPE).status_code for _ in range(2)]
    assert codes == [200, 409]


def test_to_everybody_else_it_is_an_address_like_any_other(both: Both, client: FlaskClient) -> None:
    nowhere = client.post("/no-such-address").data
    raw = written(both)
    surface = raw.split(b" ")[3]
    for data in (b"", b"hello", b"x" * 100_000, raw[:-1], raw.replace(surface, b"0" * 16, 1), b"[]"):
        answer = client.post("/exchange", data=data, content_type=CONTENT_TYPE)
        assert (answer.status_code, answer.data) == (404, nowhere)
    for kind in ("application/json", "text/plain", "multipart/form-data"):
        assert client.post("/exchange", data=raw, content_type=kind).status_code == 404
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LOOK"):
        assert client.open("/exchange", method=method, data=raw, content_type=CONTENT_TYPE).status_code == 404, method
    too_long = {"CONTENT_LENGTH": str(10**9)}
    assert client.post("/exchange", content_type=CONTENT_TYPE, environ_overrides=too_long).status_code == 404
    assert both.shown() is None


def test_no_more_than_a_line_of_a_strangers_letter_is_read(
    both: Both, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    is_for_us = door.post.is_for_us
    monkeypatch.setattr(door.post, "is_for_us", lambda space, head: seen.append(len(head)) or is_for_us(space, head))
    monkeypatch.setattr(door.post, "answer_letter", lambda *_: pytest.fail("read on"))
    client.post("/exchange", data=b"x" * 1_000_000, content_type=CONTENT_TYPE)
    assert seen == [HEAD_BYTES]


@pytest.mark.parametrize("key", ["", new_key()], ids=["none", "other"])
def test_without_the_key_nothing_is_taken(both: Both, clock: FixedClock, tmp_path: Path, key: str) -> None:
    space = Space.open(Settings(data=tmp_path / "other", surface_key=key), clock)
    answer = create_public_app(space).test_client().post("/exchange", data=written(both), content_type=CONTENT_TYPE)
    space.database.close()
    assert answer.status_code == 404
