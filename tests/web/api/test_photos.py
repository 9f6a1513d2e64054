"""Photos over HTTP: statuses of the contract, and no bytes that are a fault of the program or leave a file."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mapsvc.operations.photos import sweep
from tests.support import pictures
from tests.support.street import uid
from tests.web.api.test_records import ISSUE, VISIT

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from mapsvc.operations.workspace import Workspace
    from tests.support.client import ClientOf, SignedClient
    from tests.support.street import Street

TAKEN = "2026-11-23T08:41:00+08:00"
OF_VISIT, OF_ISSUE = f"/api/v1/visits/{VISIT['id']}/photos", f"/api/v1/issues/{ISSUE['id']}/photos"


@pytest.fixture
def recorded(client: SignedClient, street: Street) -> SignedClient:
    """The secretary, with a visit and an issue recorded."""
    assert client.post("/api/v1/visits", json=VISIT).status_code == 201
    assert client.post("/api/v1/issues", json=ISSUE).status_code == 201
    return client


def send(client: SignedClient, address: str, content: bytes, name: str = "a", **fields: Any) -> TestResponse:
    """Upload as a browser does."""
    form = {"id": uid(name), "taken_at": TAKEN} | fields
    return client.post(address, data=form | {"file": (io.BytesIO(content), "IMG_0001.HEIC", "text/html")})


def files(ws: Workspace) -> int:
    return sum(f.is_file() for f in (ws.folder / "photos").rglob("*"))


def test_a_photo_is_201_the_same_again_200_and_seen_by_its_address(recorded: SignedClient) -> None:
    first = send(recorded, OF_VISIT, pictures.jpeg(640, 480))
    again = send(recorded, OF_VISIT, pictures.jpeg(64, 48))
    assert (first.status_code, again.status_code) == (201, 200)
    told = first.get_json()
    assert again.get_json() == told
    assert told == {
        "id": uid("a"), "url": f"/photos/{uid('a')}.jpg", "taken_at": TAKEN, "width_px": 640, "height_px": 480,
    }  # fmt: skip
    seen = recorded.get(told["url"])
    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert seen.headers["Cache-Control"].startswith("private")
    assert Image.open(io.BytesIO(seen.data)).size == (640, 480)
    assert recorded.get(told["url"], headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304


def test_a_list_asks_for_a_small_one(recorded: SignedClient) -> None:
    url = send(recorded, OF_ISSUE, pictures.jpeg(2048, 1536)).get_json()["url"]
    small = recorded.get(f"{url}?w=144")
    assert Image.open(io.BytesIO(small.data)).size == (144, 108)
    assert len(small.data) < 8000
    assert recorded.get(f"{url}?w=144", headers={"If-None-Match": small.headers["ETag"]}).status_code == 304
    assert recorded.get(f"{url}?w=../../x").status_code == 200


def test_history_and_case_name_the_photos_of_their_records(recorded: SignedClient) -> None:
    for name, address in (("a", OF_VISIT), ("b", OF_VISIT), ("c", f"/api/v1/issues/{uid('i')}/photos")):
        assert send(recorded, address, pictures.jpeg(), name).status_code == 201
    shop = recorded.get("/api/v1/shops/LT0001/history").get_json()["items"]
    shown = {e["type"]: [one["id"] for one in e["photos"]] for e in shop if e["photos"]}
    assert shown == {"visit": sorted([uid("a"), uid("b")]), "issue": [uid("c")]}
    case_id = next(e["case"] for e in shop if e["type"] == "issue")
    photos = recorded.get(f"/api/v1/cases/{case_id}").get_json()["photos"]
    assert {one["id"] for one in photos} == {uid("a"), uid("b"), uid("c")}
    assert photos[0] == {"id": photos[0]["id"], "url": f"/photos/{photos[0]['id']}.jpg", "taken_at": TAKEN}


def test_what_is_taken_back_takes_its_photos_along(recorded: SignedClient, workspace: Workspace) -> None:
    url = send(recorded, OF_VISIT, pictures.jpeg()).get_json()["url"]
    assert recorded.delete(OF_VISIT.removesuffix("/photos")).status_code == 200
    assert recorded.get(url).status_code == 404
    late = send(recorded, OF_VISIT, pictures.jpeg(), "b")
    assert (late.status_code, late.get_json()) == (200, {"id": uid("b"), "withdrawn": True})
    at = workspace.clock().timestamp() - 2 * 86400
    for file in (workspace.folder / "photos").glob("*/*.jpg"):
        os.utime(file, (at, at))
    assert sweep(workspace).removed == 1
    assert files(workspace) == 0


def test_strangers_see_no_photo_and_no_path_leads_out(recorded: SignedClient, client_of: ClientOf) -> None:
    url = send(recorded, OF_VISIT, pictures.jpeg()).get_json()["url"]
    assert client_of(None).get(url).status_code in (302, 401)
    assert client_of("property").get(url).status_code == 403
    for odd in ("/photos/..%2f..%2fmapsvc.sqlite.jpg", "/photos/%00.jpg", f"/photos/{uid('none')}.jpg"):
        assert recorded.get(odd).status_code in (400, 404)


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (pictures.heic(), 415, "兼容性最好"),
        (b"<html>", 415, "JPEG"),
        (pictures.jpeg(640, 480)[:2000], 422, "读不出来"),
        (pictures.bomb(), 422, "像素太多"),
    ],
)
def test_what_is_refused_says_what_to_do(
    recorded: SignedClient, workspace: Workspace, content: bytes, status: int, words: str
) -> None:
    answer = send(recorded, OF_VISIT, content)
    assert answer.status_code == status
    assert words in answer.get_json()["detail"]
    assert answer.get_json()["errors"][0]["field"] == "file"
    assert files(workspace) == 0


def test_a_form_that_lacks_something_names_it(recorded: SignedClient) -> None:
    bad_id = send(recorded, OF_VISIT, pictures.jpeg(), id="1", taken_at="gestern", colour="red")
    assert bad_id.status_code == 400
    assert {e["field"] for e in bad_id.get_json()["errors"]} == {"id", "taken_at", "colour"}
    no_file = recorded.post(OF_VISIT, data={"id": uid("a")}, content_type="multipart/form-data")
    assert (no_file.status_code, no_file.get_json()["errors"][0]["field"]) == (400, "file")
    assert recorded.post(OF_VISIT, json={"id": uid("a")}).status_code == 415
    assert send(recorded, OF_VISIT.replace(VISIT["id"], "nothing"), pictures.jpeg()).status_code == 404
    large = recorded.post(OF_VISIT, data=bytes(25 * 1024 * 1024), content_type="multipart/form-data; boundary=x")
    assert large.status_code == 413


def test_the_description_says_how_it_is_sent(recorded: SignedClient) -> None:
    paths = recorded.get("/api/v1/openapi.json").get_json()["paths"]
    content = paths["/api/v1/visits/{visit_id}/photos"]["post"]["requestBody"]["content"]
    assert set(content["multipart/form-data"]["schema"]["properties"]) == {"id", "taken_at", "file"}


RANDOM = st.binary(max_size=200)
WHOLE = [pictures.jpeg(300, 200), pictures.jpeg(300, 200, 6, progressive=True), pictures.png("P"), pictures.png("I;16")]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A picture cut short, with bytes changed, with another file behind or before it."""
    content = bytearray(draw(st.sampled_from(WHOLE)))
    for at in draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = draw(st.integers(0, 255))
    cut = bytes(content[: draw(st.integers(0, len(content)))]) if draw(st.booleans()) else bytes(content)
    before, behind = (
        draw(st.sampled_from([b"", b"%PDF-1.4\n"])),
        draw(st.sampled_from([b"", b"<script>", b"PK\x03\x04"])),
    )
    return before + cut + behind


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(spoiled(), st.binary(max_size=200), st.binary(max_size=200).map(lambda b: b"\xff\xd8\xff" + b))
)
def test_no_bytes_are_a_fault_of_the_program(recorded: SignedClient, workspace: Workspace, content: bytes) -> None:
    before = files(workspace)
    answer = send(recorded, OF_ISSUE, content, name=repr(content))
    assert answer.status_code in (200, 201, 415, 422), answer.get_data(as_text=True)
    if answer.status_code == 201:
        shown = recorded.get(answer.get_json()["url"])
        assert shown.status_code == 200 and b"<script>" not in shown.data and b"PhoneMaker" not in shown.data
    elif answer.status_code != 200:
        assert files(workspace) == before
        assert answer.get_json()["detail"]
