"""Two weeks of 咨询: asked on cards, by chat and phone; answered, passed on, overdue, urgent, rated and thanked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mapsvc.domain.accounts import Account
from mapsvc.domain.actors import SYSTEM, Actor
from mapsvc.domain.enquiries import Channel, Enquiry, Rating
from mapsvc.domain.enquiry_moves import Into
from mapsvc.domain.times import OFFICE_ZONE, day_start, office_day
from mapsvc.operations import enquiry_steps as steps
from mapsvc.operations import enquiry_turns
from mapsvc.operations.cards import make_card
from mapsvc.operations.enquiries import NewEnquiry, ask_within, rate_within, thank_within
from mapsvc.operations.enquiry_templates import put_template
from mapsvc.operations.workspace import Workspace
from mapsvc.store import ids, shops

DOORS = 23
"""Every so many doors one asks: spread over both streets."""
_STEP = 7


@dataclass(frozen=True)
class _Asked:
    """A question of the demo: which door, how many days ago at what time, and how it went on."""

    door: int
    days: int
    hour: int
    minute: int
    text: str
    channel: Channel = Channel.CARD
    answer: str = ""
    after_h: int = 3
    name: str | None = None
    phone: str | None = None
    is_urgent: bool = False
    is_held: bool = False
    rating: Rating | None = None
    rating_text: str = ""
    thanks: str = ""


_CARD, _CHAT, _PHONE, _CALL, _COUNTER = Channel
_KINDERGARTEN = (
    "先看年龄：九月一日前满三周岁的可以报小班。居住证要在有效期里，具体日子以当年公告为准，报名前我再来提醒您一次。"
)
_ASKED: tuple[_Asked, ...] = (
    _Asked(0, 13, 10, 12, "明年孩子上幼儿园要什么条件？", _CARD, _KINDERGARTEN, 4, rating=Rating.HELPED,
           rating_text="说得很清楚", thanks="谢谢，省得我跑一趟"),
    _Asked(1, 12, 15, 40, "营业执照上的地址要改，去哪里办？", _PHONE,
           "在随申办里搜“变更登记”，也可以到社区事务受理中心问。"),
    _Asked(2, 11, 19, 5, "想在门口放两张小桌子，可以吗？", _CARD,
           "人行道上不行；这条街有几处划好的外摆位，我带您去看看哪处合适。", 17, name="王女士", rating=Rating.PARTLY),
    _Asked(3, 9, 9, 30, "消防检查要准备什么？", _CALL,
           "灭火器在有效期里、通道不堆东西、插座不串接。下次走访我带一张单子来。", 1),
    _Asked(4, 8, 11, 20, "给帮工交社保，一个人也能交吗？", _CHAT,
           "一个人也能交，先在网上办用工登记。我把步骤发给您。", 2),
    _Asked(5, 8, 21, 15, "早上送货的车没地方停，能不能在弄口停一会儿？", _CARD,
           "清晨装卸有时段，我去问交警中队，问到了告诉您。", 20, rating=Rating.HELPED),
    _Asked(6, 7, 14, 0, "换新招牌要不要先报一下？", _COUNTER, "要的，先报店招设置，再做。样图和尺寸带上就行。", 1),
    _Asked(7, 5, 10, 45, "小微企业有没有贴息的贷款？", _CARD,
           "有几家银行在做，条件不一样。我把联系人给您，按自己的情况问。", 6,
           rating=Rating.NOT, rating_text="问了两家都说不行"),
    _Asked(8, 5, 16, 10, "小学报名看房东的房产证吗？", _CHAT, "租房的看居住证和租赁备案，报名前先把备案办好。", 3),
    _Asked(9, 3, 9, 50, "居住证到期了怎么续？", _CARD, "到期前一个月就能续，在随申办里搜“居住证签注”，不用跑。", 5,
           rating=Rating.HELPED, thanks="办好了，谢谢小陈"),
)  # fmt: skip
_TEMPLATES = (
    ("先说一声，明天答复", "您问的我先去问清楚，明天下班前答复您。"),
    ("已经转去问了", "这件事归别的单位管，我已经替您去问了，有回音马上告诉您。"),
    ("下次走访带来", "材料清单我打印好，下次走访带给您。"),
)


def fill_inbox(ws: Workspace, secretary: Account) -> None:
    """Write the questions as if the days had gone by one after the other."""
    actor, now = secretary.actor, ws.clock().replace(microsecond=0)
    with ws.read() as conn:
        doors = [s for s in shops.page(conn, 1000, on=office_day(now)) if s.tenancy is not None]
    codes = [doors[n * _STEP % len(doors)].code for n in range(DOORS)]
    for title, text in _TEMPLATES:
        put_template(ws, actor, ids.of("demo", title), title, text)
    for one in _ASKED:
        _tell(ws, actor, now, one, codes[one.door])
    _open_ones(_Days(ws, now), actor, codes)


class _Days:
    """The workspace as it was at moments of the days gone by, never later than now."""

    def __init__(self, ws: Workspace, now: datetime) -> None:
        self._ws, self.now = ws, now

    def at(self, days: int, hour: int, minute: int = 0) -> Workspace:
        """So many days ago at this time."""
        then = day_start(office_day(self.now) - timedelta(days=days)) + timedelta(hours=hour, minutes=minute)
        return self.on(then)

    def on(self, then: datetime) -> Workspace:
        """At this moment, or now if that is still to come."""
        clock: Callable[[], datetime] = lambda: min(then, self.now)  # noqa: E731
        return replace(self._ws, clock=clock)


def _tell(ws: Workspace, actor: Actor, now: datetime, one: _Asked, code: str) -> None:
    days = _Days(ws, now)
    asked = _ask(days.at(one.days, one.hour, one.minute), one, code)
    answered_at = asked.asked_at + timedelta(hours=one.after_h)
    if answered_at.astimezone(OFFICE_ZONE).hour >= 17:
        answered_at = day_start(office_day(answered_at)) + timedelta(hours=16, minutes=50)
    answered_at = max(answered_at, asked.asked_at + timedelta(minutes=20))
    steps.answer(days.on(answered_at), actor, asked.id, one.answer, asked.version)
    if asked.card_id is None:
        return
    with ws.write() as conn:
        read_at = min(answered_at + timedelta(hours=2), now)
        if one.rating is not None:
            rate_within(conn, SYSTEM, asked.id, asked.card_id, one.rating, one.rating_text, read_at)
        if one.thanks:
            thank_within(conn, SYSTEM, ids.of("demo", "thanks", one.door), asked.card_id, one.thanks, read_at, asked.id)


def _open_ones(days: _Days, actor: Actor, codes: list[str]) -> None:
    """What the inbox shows: new ones, one late, one waiting for an answer from elsewhere, one that became a case."""
    late = _Asked(10, 6, 13, 25, "房东说明年房租要涨三成，街道能不能帮着谈谈？", _CARD)
    _ask(days.at(late.days, late.hour, late.minute), late, codes[late.door])

    asked_on = _Asked(11, 1, 15, 15, "湿垃圾能不能晚一点收？我们八点才打烊。", _CHAT)
    passed = _ask(days.at(1, 15, 15), asked_on, codes[11])
    until = day_start(office_day(days.now)) + timedelta(hours=17)
    whom = steps.Referral("街道绿化市容所", until, "能不能把收运改到晚上八点半以后")
    steps.refer(days.at(1, 16, 0), actor, passed.id, replace(whom, due_at=max(until, days.now)), passed.version)

    urgent = _Asked(
        12, 1, 18, 40, "后厨闻到煤气味，总阀关了还有一点。", _CARD, name="李先生", phone="13800000012", is_urgent=True
    )
    danger = _ask(days.at(1, 18, 40), urgent, codes[12])
    turning = enquiry_turns.Turning(
        Into.CASE, "后厨有煤气味，总阀已关，请燃气公司马上来看",
        "燃气公司的人已经在路上，人先到店外，别开灯别打电话。", kind="L0005",
    )  # fmt: skip
    enquiry_turns.turn(days.at(1, 18, 52), actor, danger.id, turning, danger.version)

    for n, (door, minutes, text, channel) in enumerate(_NEW):
        then = days.now - timedelta(minutes=minutes)
        new = _Asked(door, 0, 0, n, text, channel, is_held=door == 16 and n > 5)
        _ask(days.on(then), new, codes[door])


_NEW = (
    (13, 55, "食品经营许可证快到期了，要提前多久去续？", _CARD),
    (14, 95, "门口路灯坏了两盏，晚上客人不敢走。", _CHAT),
    (15, 150, "孩子明年三月满三岁，幼儿园还来得及报吗？", _CARD),
    (16, 240, "给店里装个充电桩要找谁？", _CARD),
    (17, 310, "有没有给老店的装修补贴？", _PHONE),
    (16, 230, "充电桩要不要房东签字？", _CARD),
    (16, 225, "电费是按商用算吗？", _CARD),
    (16, 220, "装在门口人行道上行不行？", _CARD),
)


def _ask(ws: Workspace, one: _Asked, code: str) -> Enquiry:
    card = make_card(ws, SYSTEM, code) if one.channel is _CARD else None
    new = NewEnquiry(
        ids.of("demo", "enquiry", one.door, one.days, one.minute), one.text, ws.clock(), one.channel, None,
        None if card else code, card.id if card else None, one.name, one.phone,
        is_urgent=one.is_urgent, is_held=one.is_held,
    )  # fmt: skip
    with ws.write() as conn:
        return ask_within(conn, ws, SYSTEM, new)
