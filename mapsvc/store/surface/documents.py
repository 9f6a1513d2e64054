"""How the nouns of the public surface stand in its documents and letters, and are read back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mapsvc.domain.surface import LaidCard, Matter, MatterKind, QuietLine, Said, SaidKind


def time_text(at: datetime) -> str:
    """An aware time as it stands in a document: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of(text: str) -> datetime:
    """The aware time of `time_text`."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def card_document(card: LaidCard) -> dict[str, Any]:
    """A card as a document."""
    return asdict(card) | {
        "matters": [asdict(m) | {"kind": m.kind.value, "at": time_text(m.at)} for m in card.matters],
        "quiet": [asdict(line) for line in card.quiet],
        "topics": list(card.topics),
    }


def card_of(document: Mapping[str, Any]) -> LaidCard:
    """A card from its document."""
    matters = tuple(_matter(m) for m in document["matters"])
    quiet = tuple(QuietLine(**line) for line in document["quiet"])
    return LaidCard(**{**document, "topics": tuple(document["topics"]), "matters": matters, "quiet": quiet})


def said_document(said: Said) -> dict[str, Any]:
    """Something said as a document."""
    return {
        "id": said.id,
        "key": said.key,
        "kind": said.kind.value,
        "body": dict(said.body),
        "said_at": time_text(said.said_at),
        "photos": list(said.photos),
        "is_held": said.is_held,
        "seq": said.seq,
    }


def said_of(document: Mapping[str, Any]) -> Said:
    """Something said from its document."""
    return Said(
        str(document["id"]),
        str(document["key"]),
        SaidKind(document["kind"]),
        dict(document["body"]),
        time_of(document["said_at"]),
        tuple(str(sha) for sha in document["photos"]),
        bool(document["is_held"]),
        int(document["seq"]),
    )


def _matter(document: Mapping[str, Any]) -> Matter:
    return Matter(**{**document, "kind": MatterKind(document["kind"]), "at": time_of(document["at"])})
