"""An office and its public surface with a card at 27号 and one next door; letters go between them as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.support import street
from tests.support.street import Street, uid

if TYPE_CHECKING:
    from mapsvc.domain.cards import Card
    from mapsvc.domain.surface import LaidCard, Said
    from mapsvc.operations.surface.space import Space
    from mapsvc.operations.workspace import Workspace

KEY = "c2VjcmV0LWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXM"
"""What `mapsvc surface key` would print: 32 bytes."""
Send = Callable[[bytes], bytes]


@dataclass
class Both:
    """The two sides: cards of LT0001 (`own`) and LT0002 (`other`)."""

    ws: Workspace
    space: Space
    people: Street
    own: Card
    other: Card

    def deliver(self, raw: bytes) -> bytes:
        """A network without faults."""
        from mapsvc.operations.surface.post import answer_letter

        return answer_letter(self.space, raw)

    def exchange(self, send: Send | None = None) -> int:
        """One exchange; how many things were taken in."""
        from mapsvc.domain.actors import SYSTEM
        from mapsvc.operations.exchange.rounds import exchange

        return exchange(self.ws, SYSTEM, send or self.deliver).said

    def say(
        self,
        kind: str,
        body: Mapping[str, Any],
        card: Card | None = None,
        name: str = "",
        photos: Mapping[str, bytes] | None = None,
    ) -> Said:
        """Something said on the public surface, with an id by `name`."""
        from mapsvc.domain.surface import Said, SaidKind, key_of
        from mapsvc.store.surface import outbox, pictures

        said_id = uid(name or f"{kind} {sorted(body.items(), key=str)}")
        key = key_of((card or self.own).token)
        at = self.space.clock()
        with self.space.write() as conn:
            pictures.keep(conn, photos or {}, at)
            return outbox.add(conn, Said(said_id, key, SaidKind(kind), body, at, tuple(photos or {})))

    def ask(self, text: str, name: str = "", card: Card | None = None) -> Said:
        """A question."""
        return self.say("ask", {"text": text}, card, name or text)

    def shown(self, card: Card | None = None) -> LaidCard | None:
        """A card as the public surface shows it."""
        from mapsvc.domain.surface import key_of
        from mapsvc.store.surface import cards

        with self.space.read() as conn:
            return cards.by_key(conn, key_of((card or self.own).token))

    def texts(self) -> list[str]:
        """Every enquiry inside, by its words."""
        from sqlalchemy import select

        from mapsvc.store.tables import enquiry

        with self.ws.read() as conn:
            return sorted(conn.execute(select(enquiry.c.text)).scalars())

    def waiting(self) -> int:
        """What nobody has picked up yet."""
        from mapsvc.store.surface import outbox

        with self.space.read() as conn:
            return outbox.count_waiting(conn)


def build(ws: Workspace, space: Space) -> Both:
    """Fill both, with nothing exchanged yet."""
    from mapsvc.operations.cards import make_card

    keyed = replace(ws, settings=replace(ws.settings, surface_key=KEY, surface_url="https://public.example"))
    people = street.build(keyed)
    own, other = (make_card(keyed, people.secretary, code) for code in ("LT0001", "LT0002"))
    return Both(keyed, space, people, own, other)
