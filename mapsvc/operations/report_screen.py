"""投屏: a report's words without names, phones and signs of shops."""

import re

from mapsvc.domain.actors import Actor
from mapsvc.domain.permissions import Action, require
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.operations.workspace import Workspace
from mapsvc.store import reports as store_reports

SOMEBODY, SOME_SHOP = "有关人员", "某店"
_SHORTEST = 2


class Hush:
    """Takes out of texts who is named in them."""

    def __init__(self, people: frozenset[str], signs: frozenset[str]) -> None:
        self._people = _pattern(people)
        self._signs = _pattern(signs - people)

    def __call__(self, text: str) -> str:
        """`text` as everybody in the room may read it."""
        for pattern, instead in ((self._signs, SOME_SHOP), (self._people, SOMEBODY)):
            text = pattern.sub(instead, text) if pattern else text
        return mask_phones_in(text)


def hush(ws: Workspace, actor: Actor) -> Hush:
    """What hides the names the office knows: of its people, of merchants, of their shops.

    Raises
    ------
    Forbidden
    """
    require(actor, Action.SEE_FIGURES)
    with ws.read() as conn:
        people, signs = store_reports.known_names(conn)
    return Hush(people, signs)


def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    """The longest first, so that no part of a name stays."""
    known = sorted((n for n in names if len(n) >= _SHORTEST), key=lambda n: (-len(n), n))
    return re.compile("|".join(map(re.escape, known))) if known else None
