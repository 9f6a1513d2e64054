"""What merchants ask about at its time of the year, and what some of them chose to be told about in time."""

from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from mapsvc.demo.rows import Rows
from mapsvc.demo.street import Door, Street
from mapsvc.demo.visits import at_office
from mapsvc.domain.times import office_day

KINDERGARTEN = "子女入园"
# topic, first and last day (month, day) of a year's asking, how many doors ask, their words
RHYTHM: tuple[tuple[str, tuple[int, int], tuple[int, int], int, tuple[str, ...]], ...] = (
    (
        KINDERGARTEN, (3, 29), (4, 20), 7,
        ("入园登记什么时候开始？", "孩子三岁了，入园要哪些材料？", "来沪经营的孩子能上公办园吗？"),
    ),
    ("子女入学", (3, 27), (4, 12), 3, ("一年级报名要准备什么？", "租房的能报哪所小学？")),
    ("社保用工", (6, 24), (7, 8), 3, ("今年社保基数怎么报？",)),
    ("居住证积分", (11, 10), (12, 10), 3, ("居住证到期怎么签注？",)),
)  # fmt: skip
# topic, how many doors want to be told
CHOICES = ((KINDERGARTEN, 12), ("居住证积分", 6), ("补贴融资", 8), ("社保用工", 5), ("消防安全", 4))
_CHOSEN_WITHIN = timedelta(days=60)
_CHANNELS = ("联心卡", "走访", "电话", "微信")
_STORY = ("岚皋西路", 27)


def ask_by_season(rows: Rows, street: Street, since: datetime, seed: int) -> None:
    """Add them to a street that has everything else, with a chance of their own, so that the rest stays as it is."""
    random = Random(f"topics:{seed}")
    doors = [d for d in street.doors if d.is_open and not d.silent and (d.street, d.number) != _STORY]
    first, today = office_day(since), office_day(rows.now)
    for year in range(first.year, today.year + 1):
        for topic, begin, end, n, said in RHYTHM:
            begins = date(year, *begin)
            days = (date(year, *end) - begins).days + 1
            for door in random.sample(doors, n):
                day = begins + timedelta(days=random.randrange(days))
                at = at_office(day, random.randrange(9, 20), random.randrange(60))
                words = random.choice(said)
                if since < at < rows.now:
                    _ask(rows, random, door, topic, words, at)
    for topic, n in CHOICES:
        for door in random.sample(doors, n):
            at = since + random.random() * _CHOSEN_WITHIN
            rows.tables["topic_choice"].append(
                {
                    "id": _id(random), "tenancy_id": door.tenancy_id, "shop_id": door.id, "topic": topic,
                    "source": "told", "made_by": door.worker_id, "chosen_at": at.replace(microsecond=0),
                }
            )  # fmt: skip


def _ask(rows: Rows, random: Random, door: Door, topic: str, said: str, at: datetime) -> None:
    answered = at + timedelta(hours=random.randrange(1, 20))
    done = answered if answered <= rows.now else None
    own = _id(random)
    rows.tables["enquiry"].append(
        {
            "id": own, "shop_id": door.id, "tenancy_id": door.tenancy_id, "channel": random.choice(_CHANNELS),
            "topic": topic, "text": said, "asked_at": at, "answered_at": done,
            "answer": "已把办理条件和材料清单发给店主" if done else None,
        }
    )  # fmt: skip
    rows.event("enquiry", own, at, shop_id=door.id, tenancy_id=door.tenancy_id)


def _id(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))
