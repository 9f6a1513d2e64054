"""A card's page on the public surface: what was laid out for it, and what was said there since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mapsvc.domain.kinds import kind_of
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.surface import LaidCard, Matter, MatterKind, QuietLine, Said, SaidKind, key_of
from mapsvc.domain.visiting_times import VisitingTime, chosen_time, line_code, words
from mapsvc.operations.surface.space import Space
from mapsvc.store.surface import cards, facts, outbox

USUAL_KINDS = 6
WAITING = "已记下，等办公室取走"


@dataclass(frozen=True)
class CardPage:
    """What the page shows.

    Attributes
    ----------
    usual_kinds, other_kinds : tuple of (code, name)
        What can be reported: the usual ones with their marks, the others folded.
    topics, chosen_topics : tuple of str
        What one can be told about in time, and of it what this card chose.
    quiet, told_quiet : tuple of QuietLine
        What was said on the page and holds now, said a moment ago included; what was said at the door.
    quiet_before : tuple of QuietLine
        What held before the last word on it that nobody picked up yet; what holds where there is none.
    matters : tuple of Matter
        我的事; own lines that nobody picked up yet among them.
    """

    card: LaidCard
    usual_kinds: tuple[tuple[str, str], ...]
    other_kinds: tuple[tuple[str, str], ...]
    topics: tuple[str, ...]
    chosen_topics: tuple[str, ...]
    quiet: tuple[QuietLine, ...]
    quiet_before: tuple[QuietLine, ...]
    told_quiet: tuple[QuietLine, ...]
    matters: tuple[Matter, ...]

    @property
    def chosen_time(self) -> VisitingTime | None:
        """The button that holds."""
        return chosen_time(self.quiet)

    @property
    def quiet_words(self) -> str:
        """What was said here, in words."""
        return words(self.quiet)

    @property
    def undo_code(self) -> str:
        """What held before, as the form that puts it back carries it; empty where nothing can be put back."""
        return line_code(self.quiet_before) if self.quiet_before != self.quiet else ""

    @property
    def told_words(self) -> str:
        """What was said at the door, in words; empty where nothing was."""
        return words(self.told_quiet) if self.told_quiet else ""


def find_card(space: Space, token: str) -> LaidCard | None:
    """The live card with this token; None for a guessed, altered or revoked one alike."""
    with space.read() as conn:
        return cards.by_key(conn, key_of(token))


def page_of(space: Space, card: LaidCard) -> CardPage:
    """The page of a card."""
    with space.read() as conn:
        waiting = outbox.waiting_of_key(conn, card.key)
        kinds = tuple((str(code), str(name)) for code, name in facts.get(conn, facts.KINDS) or ())
        topics = tuple(str(topic) for topic in facts.get(conn, facts.TOPICS) or ())
    return CardPage(
        card,
        kinds[:USUAL_KINDS],
        kinds[USUAL_KINDS:],
        topics,
        _topics(card, waiting),
        _quiet(card, waiting),
        _quiet(card, [one for one in waiting if one.kind is SaidKind.QUIET][:-1]),
        tuple(line for line in card.quiet if line.is_told),
        tuple(_matters(card, waiting, dict(kinds))),
    )


def matter_of(space: Space, card: LaidCard, ref: str) -> Matter | None:
    """One of the card's own matters; None for anybody else's and for none."""
    return next((one for one in page_of(space, card).matters if one.ref == ref), None)


def _topics(card: LaidCard, waiting: Sequence[Said]) -> tuple[str, ...]:
    last = _last(waiting, SaidKind.TOPICS)
    return tuple(last.body.get("topics", ())) if last else card.topics


def _quiet(card: LaidCard, waiting: Sequence[Said]) -> tuple[QuietLine, ...]:
    last = _last(waiting, SaidKind.QUIET)
    if last is None:
        return tuple(line for line in card.quiet if not line.is_told)
    return tuple(QuietLine(x["from_minute"], x["until_minute"], x["weekday"]) for x in last.body.get("lines", ()))


def _last(waiting: Sequence[Said], kind: SaidKind) -> Said | None:
    return next((one for one in reversed(waiting) if one.kind is kind), None)


def _matters(card: LaidCard, waiting: Iterable[Said], kinds: dict[str, str]) -> Iterable[Matter]:
    """Own lines first, the newest of them on top, then what the inside knows, in its order."""
    said = list(waiting)
    known = {matter.said_id for matter in card.matters}
    for one in reversed(said):
        if one.kind in (SaidKind.ASK, SaidKind.REPORT) and one.id not in known:
            yield _own(one, kinds)
    rated = {one.body.get("ref"): one.body.get("rating") for one in said if one.kind is SaidKind.RATE}
    for matter in card.matters:
        yield replace(matter, can_rate=False, rating=rated[matter.ref]) if matter.ref in rated else matter


def _own(said: Said, kinds: dict[str, str]) -> Matter:
    is_report = said.kind is SaidKind.REPORT
    code = str(said.body.get("kind", "")) or None if is_report else None
    # Whoever holds the card reads this: a number typed into the words is not for them.
    text = mask_phones_in(str(said.body.get("text") or ""))
    title = text or (kinds.get(code or "") or kind_of(code or "").short_name if is_report else "")
    kind = MatterKind.REPORT if is_report else MatterKind.ASK
    return Matter(said.id, kind, title, WAITING, "", said.said_at, said.id, code)
