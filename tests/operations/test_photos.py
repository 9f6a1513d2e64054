"""Photos: what is kept holds nothing but what is seen, is there before its row, once per client id."""

from __future__ import annotations

import errno
import io
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from mapsvc.domain.photos import MOST_PER_RECORD, PhotoOf
from mapsvc.domain.visits import Outcome, VisitKind
from mapsvc.errors import Conflict, Forbidden, NoSpace, NotFound, Refused, Unsupported
from mapsvc.operations.issues import NewIssue, report_issue
from mapsvc.operations.photos import NewPhoto, add_photo, photo_file, sweep
from mapsvc.operations.pictures import clean_picture
from mapsvc.operations.visits import NewVisit, record_visit
from mapsvc.store import audit, photos
from mapsvc.store.tables import withdrawn
from tests.support import pictures
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from pathlib import Path

    from mapsvc.domain.actors import Actor
    from mapsvc.operations.workspace import Workspace

VISIT, ISSUE = uid("v"), uid("i")


@pytest.fixture
def recorded(workspace: Workspace, street: Street) -> Workspace:
    """A visit and an issue to hang pictures on."""
    now = workspace.clock()
    record_visit(workspace, street.chen, NewVisit(VISIT, "LT0001", VisitKind.REGULAR, now, Outcome.MET))
    report_issue(workspace, street.chen, NewIssue(ISSUE, "06010", place="PD0001"))
    return workspace


def send(ws: Workspace, by: Actor, name: str, content: bytes = b"", of: PhotoOf = PhotoOf.VISIT, record: str = VISIT):  # type: ignore[no-untyped-def]
    """Send a picture under the id of that name."""
    return add_photo(ws, by, NewPhoto(uid(name), of, record, content or pictures.jpeg(), ws.clock()))


def files(ws: Workspace) -> list[Path]:
    """All files in the folder of photos."""
    return [f for f in sorted((ws.folder / "photos").rglob("*")) if f.is_file()]


def rows(ws: Workspace, of: PhotoOf = PhotoOf.VISIT, record: str = VISIT) -> tuple[object, ...]:
    with ws.read() as conn:
        return photos.of_records(conn, of, [record]).get(record, ())


def test_a_photo_is_kept_without_a_word_of_where_and_by_what_it_was_taken(recorded: Workspace, street: Street) -> None:
    done = send(recorded, street.chen, "a")
    assert done.is_new and done.photo is not None
    [file] = files(recorded)
    assert file.name == f"{done.photo.sha256}.jpg"
    assert file.stat().st_mode & 0o077 == 0
    kept = file.read_bytes()
    for secret in (b"PhoneMaker", b"Exif", b"profile of one phone", b"<x>place", pictures.SECRET.encode(), b"ICC"):
        assert secret in pictures.jpeg() or secret == b"ICC"
        assert secret not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, dict(image.getexif()), image.size) == ("JPEG", {}, (64, 48))
    with recorded.read() as conn:
        assert audit.verify(conn).is_whole


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_upright_whichever_way_the_phone_was_held(turned: int) -> None:
    from PIL import ImageOps

    content = pictures.jpeg(640, 480, turned)
    done = clean_picture(content)
    with Image.open(io.BytesIO(content)) as image, Image.open(io.BytesIO(done.jpeg)) as kept:
        wanted = ImageOps.exif_transpose(image)
        assert kept.size == wanted.size
        for x, y in ((5, 5), (kept.width - 5, 5), (5, kept.height - 5)):
            assert all(abs(a - b) < 12 for a, b in zip(kept.getpixel((x, y)), wanted.getpixel((x, y)), strict=True))


def test_a_large_picture_is_made_smaller_and_a_small_one_left(recorded: Workspace) -> None:
    assert clean_picture(pictures.jpeg(4000, 3000)).width_px == 2048
    assert clean_picture(pictures.jpeg(4000, 3000, 6)).height_px == 2048
    assert clean_picture(pictures.png(width=3000, height=10)).height_px == 7
    assert clean_picture(pictures.jpeg(1, 1)).width_px == 1


def test_a_camera_s_largest_picture_is_taken_and_what_unpacks_whole_is_not() -> None:
    wide = (8000, 4000)
    assert clean_picture(pictures.jpeg(*wide)).width_px == 2048
    for unusual in (pictures.jpeg(*wide, progressive=True), pictures.bomb(*wide)):
        with pytest.raises(Refused, match="最多2400万"):
            clean_picture(unusual)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"])
def test_pngs_of_every_mode_are_taken(mode: str) -> None:
    done = clean_picture(pictures.png(mode, 3000, 100))
    assert (done.width_px, done.height_px) == (2048, 68)
    assert pictures.SECRET.encode() not in done.jpeg and b"Author" not in done.jpeg
    with Image.open(io.BytesIO(done.jpeg)) as kept:
        assert 80 < kept.convert("L").resize((1, 1)).getpixel((0, 0)) < 160


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(clean_picture(out.getvalue()).jpeg)) as kept:
        assert kept.getpixel((10, 10)) == (255, 255, 255)


def test_the_same_id_again_changes_nothing_even_with_other_bytes(recorded: Workspace, street: Street) -> None:
    first = send(recorded, street.chen, "a")
    again = send(recorded, street.chen, "a", pictures.jpeg(100, 100))
    assert (again.is_new, again.photo) == (False, first.photo)
    assert len(files(recorded)) == len(rows(recorded)) == 1


def test_an_id_used_for_another_record_is_a_conflict(recorded: Workspace, street: Street) -> None:
    send(recorded, street.chen, "a")
    with pytest.raises(Conflict, match="另一张照片"):
        send(recorded, street.chen, "a", of=PhotoOf.ISSUE, record=ISSUE)
    assert rows(recorded, PhotoOf.ISSUE, ISSUE) == ()


def test_a_photo_of_what_is_not_there_is_told_to_wait(recorded: Workspace, street: Street) -> None:
    with pytest.raises(NotFound, match="先传记录"):
        send(recorded, street.chen, "a", record=uid("nobody's"))
    assert files(recorded) == []


def test_a_photo_of_what_was_taken_back_is_dropped(recorded: Workspace, street: Street) -> None:
    gone = uid("gone")
    with recorded.write() as conn:
        conn.execute(withdrawn.insert().values(id=gone, type="visit", at=recorded.clock()))
    done = send(recorded, street.chen, "a", record=gone)
    assert done.is_withdrawn and not done.is_new
    assert files(recorded) == []


def test_twelve_pictures_are_enough(recorded: Workspace, street: Street) -> None:
    for n in range(MOST_PER_RECORD):
        send(recorded, street.chen, f"a{n}")
    with pytest.raises(Refused, match="最多12张"):
        send(recorded, street.chen, "one more")
    assert send(recorded, street.chen, "a0").is_new is False
    assert send(recorded, street.chen, "b", of=PhotoOf.ISSUE, record=ISSUE).is_new
    # The same picture twelve times is one file.
    assert len(files(recorded)) == 1


def test_who_may_not_record_adds_no_picture(recorded: Workspace, street: Street) -> None:
    with pytest.raises(Forbidden):
        send(recorded, street.office, "a")
    assert send(recorded, street.office, "a", of=PhotoOf.ISSUE, record=ISSUE).is_new
    with pytest.raises(Forbidden):
        photo_file(recorded, street.property, uid("a"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pictures.heic(), "heic"),
        (b"", "not_a_picture"),
        (b"GIF89a" + bytes(50), "not_a_picture"),
        (b"<svg onload='x'/>", "not_a_picture"),
        (pictures.jpeg()[:900], "broken_photo"),
        (pictures.jpeg(640, 480)[:-4000], "broken_photo"),
        (pictures.png()[:80], "broken_photo"),
        (b"\xff\xd8\xff" + b"<html>" * 100, "broken_photo"),
        (pictures.bomb(), "too_many_pixels"),
        (pictures.bomb(9000, 9000), "too_many_pixels"),
    ],
)
def test_what_is_no_picture_leaves_nothing(recorded: Workspace, street: Street, content: bytes, code: str) -> None:
    new = NewPhoto(uid("a"), PhotoOf.VISIT, VISIT, content)
    with pytest.raises((Refused, Unsupported)) as told:
        add_photo(recorded, street.chen, new)
    assert told.value.code == code
    assert files(recorded) == [] and rows(recorded) == ()


def test_a_full_disk_keeps_nothing_half(recorded: Workspace, street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, full)
            with pytest.raises(NoSpace, match="磁盘满了"):
                send(recorded, street.chen, "a")
        assert rows(recorded) == ()
        assert files(recorded) == []
    assert send(recorded, street.chen, "a").is_new


def test_the_file_is_on_the_disk_before_the_row(
    recorded: Workspace, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    real_fsync, real_replace, real_add = os.fsync, os.replace, photos.add
    monkeypatch.setattr(os, "fsync", lambda fd: (told.append("fsync"), real_fsync(fd))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (told.append("replace"), real_replace(a, b))[1])
    monkeypatch.setattr(photos, "add", lambda conn, new: (told.append("row"), real_add(conn, new))[1])
    send(recorded, street.chen, "a")
    before_row = told[: told.index("row")]
    assert before_row == ["fsync", "replace", "fsync", "fsync", "fsync"]


def test_files_nobody_points_to_are_swept_and_lost_ones_told(recorded: Workspace, street: Street) -> None:
    kept = send(recorded, street.chen, "a").photo
    assert kept is not None
    lost = send(recorded, street.chen, "b", pictures.jpeg(80, 80)).photo
    assert lost is not None
    orphan, young = (recorded.folder / "photos" / "new" / f"{name}.part" for name in ("old", "young"))
    orphan.write_bytes(b"x")
    young.write_bytes(b"x")
    at = recorded.clock().timestamp()
    for file in files(recorded):
        age_h = 1 if file == young else 30
        os.utime(file, (at - age_h * 3600, at - age_h * 3600))
    photos.file_of(recorded.folder, lost.sha256).unlink()
    done = sweep(recorded)
    assert (done.removed, done.missing) == (1, (lost.sha256,))
    assert young in files(recorded) and orphan not in files(recorded)
    assert photo_file(recorded, street.chen, kept.id)[1].is_file()
    with pytest.raises(NotFound, match="不见了"):
        photo_file(recorded, street.chen, lost.id)


def test_a_time_ahead_of_the_office_is_the_office_s(recorded: Workspace, street: Street) -> None:
    ahead = recorded.clock() + timedelta(hours=3)
    done = add_photo(recorded, street.chen, NewPhoto(uid("a"), PhotoOf.VISIT, VISIT, pictures.jpeg(), ahead))
    assert done.photo is not None and done.photo.taken_at == recorded.clock()
