"""想提前知道: the topics a merchant chose to be told about in time; gone with the tenancy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.topics import NAMES, OTHER
from mapsvc.errors import FieldProblem, Refused

CHOOSABLE: tuple[str, ...] = tuple(name for name in NAMES if name != OTHER)
"""What one can be told about: 其他 says nothing."""


class ChoiceSource(StrEnum):
    """Who chose it: the merchant on their own page, or in words at the door."""

    MERCHANT = "merchant"
    TOLD = "told"


CHOICE_SOURCE_NAMES: dict[ChoiceSource, str] = {
    ChoiceSource.MERCHANT: "店家自己选的",
    ChoiceSource.TOLD: "上门时说的",
}


@dataclass(frozen=True)
class TopicChoice:
    """A tenancy wants to be told about a topic from `chosen_at` until `ended_at`."""

    id: str
    tenancy_id: str
    shop_id: str
    topic: str
    source: ChoiceSource
    chosen_at: datetime
    made_by: str | None = None
    ended_at: datetime | None = None


def require_known(topics: Iterable[str]) -> tuple[str, ...]:
    """The topics each once, in the order of the list; Refused where one is not on it."""
    wanted = {topic.strip() for topic in topics}
    unknown = sorted(wanted - set(CHOOSABLE))
    if unknown:
        told = f"没有“{unknown[0][:20]}”这个话题，请从列出的里面选。"
        raise Refused(told, code="unknown_topic", problems=[FieldProblem("topics", "unknown_topic", told)])
    return tuple(topic for topic in CHOOSABLE if topic in wanted)
