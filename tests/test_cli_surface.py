"""The public surface and its exchange as an administrator runs them: two programs, two folders, one key."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapsvc.config import Settings
from mapsvc.operations.workspace import Workspace
from mapsvc.store import cards
from tests.support.exchange import KEY
from tests.support.server import PROGRAM, Server, free_port, mapsvc


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides are given the same key."""
    monkeypatch.setenv("MAPSVC_SURFACE_KEY", KEY)


@pytest.fixture
def office(demo_folder: Path, tmp_path: Path) -> Path:
    """An office with cards."""
    return Path(shutil.copytree(demo_folder, tmp_path / "office"))


@pytest.fixture
def token(office: Path) -> str:
    """What one of the printed cards says."""
    ws = Workspace.open(Settings(data=office))
    with ws.read() as conn:
        found = cards.live_of_present(conn)[0].token
    ws.database.close()
    return found


@pytest.fixture
def public(keyed: None, tmp_path: Path) -> Iterator[Server]:
    """The public surface, served by two workers."""
    with Server(tmp_path / "public", "--surface", "public", "--workers", "2") as running:
        yield running


def told(*args: str) -> dict[str, object]:
    """What a command says as JSON, having done it."""
    done = mapsvc("--json", *args)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def status_of(url: str) -> int:
    """The status of a page."""
    try:
        return int(urllib.request.urlopen(url, timeout=10).status)
    except urllib.error.HTTPError as error:
        return error.code


def test_what_is_asked_outside_comes_in_over_the_network(
    public: Server, office: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPSVC_SURFACE_URL", public.url)
    page = f"{public.url}/c/{token}"
    assert status_of(page) == 404
    assert told("--data", str(office), "surface", "pull")["said"] == 0
    assert status_of(page) == 200
    assert status_of(f"{public.url}/healthz") == 200
    assert status_of(f"{public.url}/sign-in") == 404
    sent = urllib.parse.urlencode({"kind": "L0001", "where": "here", "text": "墙角在滴水"}).encode()
    with urllib.request.urlopen(f"{page}/report", sent, timeout=10) as answer:
        assert "等办公室取走" in answer.read().decode()
    assert told("--data", str(public.folder), "surface", "status")["waiting"] == 1
    assert told("--data", str(office), "surface", "pull")["said"] == 1
    assert told("--data", str(office), "surface", "pull")["said"] == 0
    assert told("--data", str(public.folder), "surface", "status")["waiting"] == 0
    stands = told("--data", str(office), "surface", "status")
    assert (stands["failures"], stands["is_late"]) == (0, False)
    with urllib.request.urlopen(page, timeout=10) as answer:
        assert "墙角在滴水" in answer.read().decode()


def test_letters_go_by_file_as_well(keyed: None, office: Path, token: str, tmp_path: Path) -> None:
    outside, stick = tmp_path / "public", tmp_path / "letter"
    with Server(outside, "--surface", "public") as running:
        told("--data", str(office), "surface", "out", str(stick))
        assert stick.stat().st_mode & 0o077 == 0
        assert int(str(told("--data", str(outside), "surface", "in", str(stick))["cards"])) > 100
        assert status_of(f"{running.url}/c/{token}") == 200
    told("--data", str(outside), "surface", "out", str(stick))
    own = mapsvc("--data", str(outside), "surface", "in", str(stick))
    assert (own.returncode, "自己写的" in own.stderr) == (1, True)
    assert told("--data", str(office), "surface", "in", str(stick))["said"] == 0
    again = mapsvc("--data", str(office), "surface", "in", str(stick))
    assert (again.returncode, "收过" in again.stderr) == (1, True)


def test_what_is_wrong_is_said_in_a_sentence(
    keyed: None, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPSVC_SURFACE_URL", f"http://127.0.0.1:{free_port()}")
    refused = mapsvc("--data", str(office), "surface", "pull")
    assert (refused.returncode, "没有开着" in refused.stderr) == (1, True)
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "没有开着" in mapsvc("--data", str(office), "surface", "status").stdout
    monkeypatch.setenv("MAPSVC_SURFACE_URL", "http://public.example")
    plain = mapsvc("--data", str(office), "surface", "pull")
    assert (plain.returncode, "https" in plain.stderr) == (2, True)
    monkeypatch.setenv("MAPSVC_SURFACE_KEY", "short")
    short = mapsvc("--data", str(office), "surface", "out", str(tmp_path / "x"))
    assert (short.returncode, "太短" in short.stderr) == (2, True)


def test_neither_side_is_served_out_of_the_others_folder(office: Path, tmp_path: Path) -> None:
    inside = mapsvc("--data", str(office), "serve", "--surface", "public", "--port", "0", timeout_s=60)
    assert (inside.returncode, "办公室的库" in inside.stderr) == (1, True)
    with Server(tmp_path / "public", "--surface", "public"):
        pass
    outside = mapsvc("--data", str(tmp_path / "public"), "serve", "--port", "0", timeout_s=60)
    assert (outside.returncode, "公网页面" in outside.stderr) == (1, True)


def test_a_fresh_key_is_printed_alone() -> None:
    done = mapsvc("surface", "key")
    assert done.returncode == 0
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", done.stdout)


def test_the_demo_has_a_merchants_page_to_try_that_ends_with_it(office: Path) -> None:
    port = free_port()
    command = [*PROGRAM, "--data", str(office), "run", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while "商户扫码看到的页面" not in "".join(lines):
                lines.append(process.stdout.readline())
                assert lines[-1], "".join(lines)
            page = lines[-1].partition("：")[2].strip()
            deadline = time.monotonic() + 30
            while not answers(page):
                assert time.monotonic() < deadline, "no answer"
                time.sleep(0.1)
        finally:
            process.terminate()
            assert process.wait(30) == 0
    assert not answers(page)
    assert (office / "public" / "surface.key").stat().st_mode & 0o077 == 0


def test_the_demo_goes_on_without_where_the_next_port_is_taken(office: Path) -> None:
    with Server(office) as other:
        shutil.copytree(office, office.parent / "second")
        command = [*PROGRAM, "--data", str(office.parent / "second"), "run", "--port", str(other.port - 1)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                assert "已启动" in process.stdout.readline()
                assert "这次没有商户页面可看" in process.stderr.readline()
            finally:
                process.terminate()
                assert process.wait(30) == 0


def answers(page: str) -> bool:
    """Whether somebody serves the page."""
    try:
        return status_of(page) == 200
    except (urllib.error.URLError, OSError):
        return False
