"""`/api/v1/layers` as a browser sees it: manifests, features, 304, compression, and strict reading of the address."""

import gzip
import shutil
from dataclasses import replace
from pathlib import Path

import brotli
import pytest

from mapsvc.domain.actors import SYSTEM
from mapsvc.maps.service import MapService
from mapsvc.operations.workspace import Workspace
from tests.maps.streets import CORNER, add_issue, add_place, add_shop
from tests.support.client import ClientOf, SignedClient

ISSUES = "/api/v1/layers/issues/features?bbox=121.40,31.24,121.44,31.27&zoom=16"


def test_manifests_come_in_drawing_order(client: SignedClient) -> None:
    layers = client.get("/api/v1/layers").json["layers"]
    assert [layer["order"] for layer in layers] == sorted(layer["order"] for layer in layers)
    for layer in layers:
        assert client.get(layer["url"]).json["type"] == "FeatureCollection"


def test_strangers_see_no_layer(stranger: SignedClient) -> None:
    assert stranger.get("/api/v1/layers").status_code == 401
    assert stranger.get(ISSUES).status_code == 401


def test_a_property_company_sees_no_map(client_of: ClientOf) -> None:
    assert client_of("property").get("/api/v1/layers").status_code == 403
    assert client_of("property").get(ISSUES).status_code == 403


def test_an_unknown_layer_is_404_and_names_those_there_are(client: SignedClient) -> None:
    answer = client.get("/api/v1/layers/nothing/features")
    assert answer.status_code == 404
    assert "shops" in answer.json["title"] + answer.json.get("detail", "")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,x", "bbox"),
        ("bbox=nan,31,122,32", "bbox"),
        ("bbox=122,31,121,32", "bbox"),
        ("bbox=121,31,122,91", "bbox"),
        ("bbox=121,31,122,32&bbox=121,31,122,32", "bbox"),
        ("zoom=high", "zoom"),
        ("zoom=23", "zoom"),
        ("zoom=-1", "zoom"),
        ("zoom=inf", "zoom"),
        ("since=yesterday", "since"),
        ("since=2026-13-01", "since"),
        ("until=0001-01-01T00:00:00%2B23:00", "until"),
        ("since=2026-11-02&until=2026-11-01", "until"),
        ("kind=%E5%9E%83%E5%9C%BE", "kind"),
        ("state=lost", "state"),
        ("source=rumour", "source"),
        ("worker=" + "x" * 41, "worker"),
        ("worker=" + ",".join(str(n) for n in range(61)), "worker"),
        ("colour=red", "colour"),
    ],
)
def test_what_cannot_be_read_is_400_and_names_the_field(client: SignedClient, asked: str, field: str) -> None:
    answer = client.get(f"/api/v1/layers/issues/features?{asked}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert field in [error["field"] for error in answer.json["errors"]]


def test_all_that_is_wrong_is_said_at_once(client: SignedClient) -> None:
    answer = client.get("/api/v1/layers/issues/features?zoom=x&bbox=1&since=?")
    assert {error["field"] for error in answer.json["errors"]} == {"zoom", "bbox", "since"}


@pytest.mark.parametrize("asked", ["bbox=", "since=&until=&kind=&state=&source=&worker=", "zoom=16.6", ""])
def test_empty_filters_and_broken_zooms_are_fine(client: SignedClient, asked: str) -> None:
    assert client.get(f"/api/v1/layers/issues/features?{asked}").status_code == 200


def test_a_client_that_has_it_is_told_so_until_something_changes(client: SignedClient, workspace: Workspace) -> None:
    add_issue(workspace, 1)
    tag = client.get(ISSUES).headers["ETag"]
    again = client.get(ISSUES, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    add_issue(workspace, 2)
    changed = client.get(ISSUES, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.json["total"] == 2


def test_neighbouring_views_share_an_answer(client: SignedClient, workspace: Workspace) -> None:
    add_issue(workspace, 1)
    near = ISSUES.replace("121.40,", "121.400001,")
    assert client.get(ISSUES).headers["ETag"] == client.get(near).headers["ETag"]


def test_people_of_different_roles_share_an_answer(client_of: ClientOf, workspace: Workspace) -> None:
    add_issue(workspace, 1)
    first, second = client_of("secretary").get(ISSUES), client_of("volunteer").get(ISSUES)
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.data == second.data


def test_bodies_are_sent_in_the_encoding_the_client_takes(client: SignedClient, workspace: Workspace) -> None:
    for n in range(40):
        add_issue(workspace, n, lon=CORNER[0] + n / 10_000)
    plain = client.get(ISSUES, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    packed = client.get(ISSUES, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    older = client.get(ISSUES, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(older.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) * 3 < len(plain.data)


def test_text_that_people_typed_travels_as_json(client: SignedClient, workspace: Workspace) -> None:
    nasty = "</script><img src=x onerror=alert(1)>${alert(1)}"
    add_place(workspace, 1, name=nasty)
    answer = client.get("/api/v1/layers/places/features")
    assert answer.json["features"][0]["properties"]["name"] == nasty
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert nasty not in client.get("/").text


def test_whole_layers_ignore_the_box(client: SignedClient) -> None:
    far = client.get("/api/v1/layers/streets/features?bbox=0,0,1,1&zoom=10").json
    assert far["total"] == len(far["features"]) > 10


def test_only_the_fields_of_the_manifest_leave(client: SignedClient, workspace: Workspace) -> None:
    add_shop(workspace, 1)
    for layer in client.get("/api/v1/layers").json["layers"]:
        for feature in client.get(layer["url"]).json["features"]:
            assert set(feature["properties"]) <= set(layer["fields"])


def test_the_page_carries_the_map_with_a_fresh_nonce(client: SignedClient) -> None:
    first, second = client.get("/"), client.get("/")
    assert first.status_code == 200
    assert 'id="map_main"' in first.text
    assert "mapsvc.layer(" in first.text
    nonce = first.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.text


def test_two_offices_at_the_same_revisions_share_no_answer(workspace: Workspace, tmp_path: Path) -> None:
    shutil.copytree(workspace.folder, tmp_path / "other")
    other = Workspace.open(replace(workspace.settings, data=tmp_path / "other"), clock=workspace.clock)
    tags = []
    for ws in (workspace, workspace, other):
        service = MapService(ws)
        tags.append((service.features(SYSTEM, "shops", {}).etag, service.summary(SYSTEM, {}).etag))
    other.database.close()
    assert tags[0] == tags[1]
    assert not set(tags[0]) & set(tags[2])
