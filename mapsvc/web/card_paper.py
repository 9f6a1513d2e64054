"""What cards look like on paper: the words all of them share, the code of each, and pages nobody keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from markupsafe import Markup
from werkzeug.wrappers import Response

from mapsvc.operations.card_sheets import CardFace
from mapsvc.web.codes import card_address, code_svg
from mapsvc.web.context import workspace

CODE_MM = 22.0
_WIDEST_EM = 6.6
"""What fits beside two codes in the large type of a door's address; a digit is half as wide as a character."""
T = TypeVar("T", bound=Response)


@dataclass(frozen=True)
class PaperFace:
    """A card's face with its code drawn."""

    face: CardFace
    code: Markup
    is_long: bool


def face_of(face: CardFace) -> PaperFace:
    """The face with the code of its address."""
    wide = sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in face.address)
    return PaperFace(face, code_svg(card_address(face.card.token), CODE_MM), wide > _WIDEST_EM)


def words() -> Mapping[str, Any]:
    """What stands on every card of this office.

    `is_public`: a merchant's phone can follow the code. Without a public host it opens on the office's network alone,
    so it is named for who scans it at the door, and promises merchants nothing.
    """
    settings = workspace().settings
    return {
        "block": settings.block_name,
        "secretary": settings.secretary_name,
        "phone": settings.office_phone,
        "is_public": bool(settings.public_url),
    }


def kept_by_nobody(response: T) -> T:
    """The same answer, kept by no cache and named to no next page: a token is an address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
