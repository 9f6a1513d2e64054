"""Pictures in forms: made clean before the words are written, kept once, refused beside their field."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from mapsvc.domain.photos import LARGEST_PHOTO, MOST_PER_RECORD, PhotoOf, Purpose
from mapsvc.errors import Refused
from mapsvc.operations.photos import kept_file
from mapsvc.store import photos
from mapsvc.web.security import largest_body
from mapsvc.web.uploads import keep_photos, read_photos
from tests.support import pictures
from tests.support.street import build

if TYPE_CHECKING:
    from mapsvc.operations.workspace import Workspace


@contextmanager
def form(*files: tuple[bytes, str]) -> Iterator[None]:
    """A request whose field `photo` holds these files."""
    data = {"photo": [(io.BytesIO(content), name) for content, name in files]}
    builder = EnvironBuilder(path="/cases/x", method="POST", data=data)
    environ = builder.get_environ()
    context = Flask("forms").request_context(environ)
    with closing(builder), closing(environ["wsgi.input"]), context, closing(context.request):
        yield


def test_a_form_without_a_picture_is_no_fault() -> None:
    with form((b"", "")):
        assert read_photos() == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"MZ not a picture", "not_a_picture"), (b"\xff\xd8\xff" + b"\0" * LARGEST_PHOTO, "photo_too_large")],
)
def test_what_is_no_picture_is_refused_by_name_under_its_field(content: bytes, code: str) -> None:
    with form((content, "漏水.jpg")), pytest.raises(Refused, match=r"漏水\.jpg") as refused:
        read_photos()
    assert [(p.field, p.code) for p in refused.value.problems] == [("photo", code)]


def test_too_many_at_once_are_refused() -> None:
    one = pictures.jpeg()
    with form(*[(one, f"{n}.jpg") for n in range(MOST_PER_RECORD + 1)]), pytest.raises(Refused, match="少选"):
        read_photos()


def test_the_same_form_twice_keeps_each_picture_once(workspace: Workspace) -> None:
    street = build(workspace)
    with workspace.read() as conn:
        place = photos_place(conn)
    for _ in range(2):
        with form((pictures.jpeg(), "a.jpg"), (pictures.jpeg(40, 30), "b.jpg")):
            kept = keep_photos(workspace, street.chen, read_photos(), PhotoOf.PLACE, place, Purpose.BEFORE)
    with workspace.read() as conn:
        had = photos.of_records(conn, PhotoOf.PLACE, [place])[place]
    assert {p.id for p in kept} == {p.id for p in had} and len(had) == 2
    assert {p.purpose for p in had} == {Purpose.BEFORE}
    assert kept_file(workspace, had[0].id, PhotoOf.PLACE, place)[1].is_file()


def photos_place(conn) -> str:  # type: ignore[no-untyped-def]
    """Id of the street's first place."""
    from mapsvc.store import places

    found = places.by_code(conn, "PD0001")
    assert found
    return found.id


def test_forms_with_pictures_may_be_large_and_nothing_else() -> None:
    assert largest_body("/cases/x/note", is_form=True) > 4 * LARGEST_PHOTO
    assert largest_body("/cases/x/note") == largest_body("/api/v1/cases/x/moves", is_form=True)
