"""Photos 照片: pictures of a call or an issue, what kinds are taken, and how they are kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_PER_RECORD = 12
"""Pictures one visit or issue may have (staff: more is filming, and nobody looks at them)."""
MOST_AT_PLACE = 200
"""A place is photographed for years, before and after each time something is tried."""
LONGEST_SIDE_PX = 2048
"""Larger pictures are made smaller: enough to read a notice on a wall, a tenth of a camera's bytes."""


LARGEST_PHOTO = 24 * 1024 * 1024
"""Bytes of one picture as sent; phones make a fifth of it."""


class PhotoOf(StrEnum):
    """What a photo belongs to."""

    VISIT = "visit"
    ISSUE = "issue"
    CASE = "case"
    ORDER = "order"
    COUNCIL = "council"
    TASK = "task"
    PLACE = "place"
    CHECK = "check"
    RUN = "run"
    CHAT = "chat"


PHOTO_OF_NAMES: dict[PhotoOf, str] = {
    PhotoOf.VISIT: "这次走访",
    PhotoOf.ISSUE: "这个问题",
    PhotoOf.CASE: "这件案件",
    PhotoOf.ORDER: "这张派单",
    PhotoOf.COUNCIL: "这次议事会",
    PhotoOf.TASK: "这项任务",
    PhotoOf.PLACE: "这个点位",
    PhotoOf.CHECK: "这次回访",
    PhotoOf.RUN: "这次治理",
    PhotoOf.CHAT: "联心卡上的微信码",
}


class Purpose(StrEnum):
    """What a photo is to show."""

    BEFORE = "before"
    AFTER = "after"
    SURVEY = "survey"
    PROOF = "proof"


PURPOSE_NAMES: dict[Purpose, str] = {
    Purpose.BEFORE: "之前",
    Purpose.AFTER: "之后",
    Purpose.SURVEY: "勘查",
    Purpose.PROOF: "办好了",
}


@dataclass(frozen=True)
class Photo:
    """One picture; `sha256` is of the file as kept, and names it. Belongs to a visit, to an issue, or to the record
    `owner_id` of kind `owner_type`."""

    id: str
    sha256: str
    width_px: int
    height_px: int
    taken_at: datetime
    taken_by: str | None = None
    visit_id: str | None = None
    issue_id: str | None = None
    removed_at: datetime | None = None
    owner_type: PhotoOf | None = None
    owner_id: str | None = None
    purpose: Purpose | None = None

    @property
    def record_id(self) -> str | None:
        """Id of what it belongs to."""
        return self.visit_id or self.issue_id or self.owner_id

    @property
    def url(self) -> str:
        """Where those who are signed in see it."""
        return f"/photos/{self.id}.jpg"


class Format(StrEnum):
    """What bytes are, by their beginning; the name of the file and what its sender says do not count."""

    JPEG = "JPEG"
    PNG = "PNG"
    HEIC = "HEIC"


_PNG = b"\x89PNG\r\n\x1a\n"
# Brands of ISO base media files that hold HEIF pictures (ISO/IEC 23008-12, annex B; AVIF: AOM's binding of it).
_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1", b"avif", b"avis"}
)


def format_of(content: bytes) -> Format | None:
    """The format of a picture by its first bytes; None for anything that is none of these."""
    if content[:3] == b"\xff\xd8\xff":
        return Format.JPEG
    if content[:8] == _PNG:
        return Format.PNG
    if content[4:8] == b"ftyp" and _brands(content) & _HEIF_BRANDS:
        return Format.HEIC
    return None


def _brands(content: bytes) -> set[bytes]:
    # Major brand, version, compatible brands to the end of the box; a made-up length reaches no further than 64 bytes.
    end = min(int.from_bytes(content[:4], "big"), 64)
    return {content[8:12]} | {content[at : at + 4] for at in range(16, end - 3, 4)}
