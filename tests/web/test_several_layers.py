"""The question the map page opens with: several layers in one answer."""

import json
import re

from flask.testing import FlaskClient

BOX = "121.409912,31.243334,121.429138,31.255074"


def test_each_part_is_what_the_layer_alone_would_answer(client: FlaskClient) -> None:
    asked = f"/api/v1/layers/features?whole=streets,patches&layers=shops&bbox={BOX}&zoom=17"
    parts = client.get(asked).get_json()["layers"]
    assert list(parts) == ["streets", "patches", "shops"]
    assert parts["shops"] == client.get(f"/api/v1/layers/shops/features?bbox={BOX}&zoom=17").get_json()
    assert parts["streets"] == client.get("/api/v1/layers/streets/features?zoom=17").get_json()


def test_the_same_question_again_is_answered_by_its_tag(client: FlaskClient) -> None:
    url = f"/api/v1/layers/features?whole=streets&layers=issues&bbox={BOX}&zoom=17"
    tag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_an_unknown_layer_and_too_many_are_refused(client: FlaskClient) -> None:
    assert client.get("/api/v1/layers/features?whole=nothing&zoom=17").status_code == 404
    many = ",".join(["streets"] * 41)
    assert client.get(f"/api/v1/layers/features?whole={many}&zoom=17").status_code == 400
    assert client.get("/api/v1/layers/features?layers=shops&bbox=1,2&zoom=17").status_code == 400


def test_the_page_says_where_it_opens_and_packs_itself(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "identity"}).get_data(as_text=True)
    view = json.loads(re.search(r"\}\)\((\{.*\})\);\s*</script>", page)[1])  # type: ignore[index]
    assert {"streets", "shops", "issues"} <= {layer[0] for layer in view["layers"]}
    assert view["kinds"]["items"]
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(page) / 2
