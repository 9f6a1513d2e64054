"""What the pages of a card draw: marks of kinds, icons, and the short words on their buttons."""

from functools import cache

from markupsafe import Markup

from mapsvc.domain.enquiries import RATING_NAMES
from mapsvc.domain.surface import Matter, MatterKind
from mapsvc.domain.visiting_times import TIME_NAMES
from mapsvc.maps.kinds import KindStyles
from mapsvc.paths import shipped
from mapsvc.web.signs import ICONS, drawn

# As merchants say it, and as it fits a button; every other topic stands by its own name.
SHORT_TOPICS = {"居住证积分": "居住证", "证照办理": "证照", "外摆店招": "招牌审批"}
USUAL_TOPICS = ("子女入园", "居住证积分", "证照办理", "外摆店招")
MOST_CHIPS = 4
_ROUND = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z"
_PATHS = {
    **ICONS,
    "asked": _ROUND + ICONS["question"],
    "go": "M9.5 5l7 7-7 7",
    "camera": "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6z",
}


def icon(name: str) -> Markup:
    """A line icon."""
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(_PATHS[name])


def kind_mark(code: str | None, ring: str = "none", size_px: int = 20) -> Markup:
    """The mark of a kind of issue."""
    return drawn(_styles().of(code or ""), ring, size_px)


def matter_mark(matter: Matter) -> Markup:
    """What stands before one of 我的事: a kind's shape, ringed while it is handled, or an icon."""
    if matter.kind is MatterKind.REPORT:
        return kind_mark(matter.kind_code, "none" if matter.is_over else "handling", 24)
    return icon("pen" if matter.kind is MatterKind.PROMISE else "asked")


def chips(topics: tuple[str, ...]) -> list[tuple[str, str]]:
    """The topics that stand on the first page, the usual ones first: name and short word."""
    usual = [topic for topic in USUAL_TOPICS if topic in topics]
    some = [*usual, *(topic for topic in topics if topic not in usual)][:MOST_CHIPS]
    return [(topic, SHORT_TOPICS.get(topic, topic)) for topic in some]


@cache
def _styles() -> KindStyles:
    return KindStyles.load((shipped("layers"),))


def words() -> dict[str, object]:
    """For every template of the public surface."""
    return {
        "kind_mark": kind_mark,
        "matter_mark": matter_mark,
        "icon": icon,
        "time_names": TIME_NAMES,
        "rating_names": RATING_NAMES,
        "short_topics": SHORT_TOPICS,
    }
