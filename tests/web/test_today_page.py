"""The field app's shell and service worker: the same for all, nothing about anybody, whole and renewed together."""

import json
import re
from pathlib import Path

from flask import Flask

from mapsvc.app import create_app
from mapsvc.config import Settings
from tests.support.client import ClientOf, SignedClient


def files_of(client: SignedClient) -> list[str]:
    """What the service worker keeps beside the shell."""
    found = re.search(r"const FILES = (\[.*?\]);", client.get("/sw.js").text)
    assert found
    listed: list[str] = json.loads(found[1])
    return listed


def test_everybody_gets_the_same_shell_wherever_in_the_app(client_of: ClientOf) -> None:
    worker, secretary, stranger = client_of("worker"), client_of("secretary"), client_of(None)
    shells = {
        c.get(path).data for c in (worker, secretary) for path in ("/today", "/today/list", "/today/doors/LT0001")
    }
    assert shells == {stranger.get("/today/shell").data}


def test_the_shell_names_the_office_and_nobody(client_of: ClientOf) -> None:
    worker = client_of("worker")
    page = worker.get("/today").text
    assert worker.signed
    assert "石泉路街道" in page
    assert worker.signed.actor.name not in page
    assert worker.signed.csrf not in page
    assert "csrf" not in page
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_a_stranger_signs_in_first_and_comes_back(stranger: SignedClient) -> None:
    answer = stranger.get("/today/doors/LT0001")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/today/doors/LT0001"


def test_all_that_the_phone_keeps_is_there_for_strangers_too(stranger: SignedClient) -> None:
    files = files_of(stranger)
    assert len([f for f in files if f.endswith("field.js")]) == 1
    for address in files:
        answer = stranger.get(address)
        assert answer.status_code == 200, address
        assert len(answer.data) > 0


def test_the_shell_asks_for_nothing_that_the_phone_does_not_keep(stranger: SignedClient) -> None:
    page = stranger.get("/today/shell").text
    asked = set(re.findall(r'(?:href|src)="(/[^"]+)"', page))
    assert asked <= set(files_of(stranger))


def test_every_later_part_is_kept(stranger: SignedClient) -> None:
    files = files_of(stranger)
    base = next(f for f in files if f.endswith("packed/field.js")).removesuffix("field.js")
    for script in [f for f in files if f.startswith(base) and f.endswith(".js")]:
        for later in re.findall(r'import\("\./([^"]+)"\)', stranger.get(script).text):
            assert base + later in files


def test_the_service_worker_is_asked_for_again_each_time(stranger: SignedClient) -> None:
    answer = stranger.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = stranger.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_packed_files_may_be_kept_for_good_under_their_own_address_only(stranger: SignedClient) -> None:
    script = next(f for f in files_of(stranger) if f.endswith("packed/field.js"))
    assert "immutable" in stranger.get(script).headers["Cache-Control"]
    other = re.sub(r"v-[0-9a-f]+", "v-000000000000", script)
    assert "immutable" not in stranger.get(other).headers["Cache-Control"]
    assert stranger.get(script.replace("field.js", "field/nothing.js")).status_code == 404


def test_another_office_is_another_service_worker(app: Flask, tmp_path: Path) -> None:
    other = create_app(Settings(data=tmp_path / "other", block_name="别的街区"))
    assert app.test_client().get("/sw.js").text != other.test_client().get("/sw.js").text


def test_the_first_load_stays_light(stranger: SignedClient) -> None:
    addresses = ["/today/shell", *files_of(stranger)]
    answers = [stranger.get(a, headers={"Accept-Encoding": "br"}) for a in addresses]
    # Once for the page and once for the service worker, and the day itself at most 60 kB.
    assert 2 * sum(len(a.data) for a in answers) + 60_000 < 400_000
