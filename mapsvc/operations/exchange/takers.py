"""What each kind of thing said on the public surface becomes."""

from collections.abc import Callable

from mapsvc.domain import quiet_hours as quiet_rules
from mapsvc.domain import topics as topic_rules
from mapsvc.domain.cases import Severity
from mapsvc.domain.enquiries import LONGEST_NAME, LONGEST_PHONE, LONGEST_RATING, LONGEST_TEXT, Rating
from mapsvc.domain.issues import IssueSource
from mapsvc.domain.kinds import BY_CODE, kind_of
from mapsvc.domain.orders import MOST_TEXT, OrderAction
from mapsvc.domain.photos import PhotoOf, Purpose
from mapsvc.domain.privacy import mask_phones_in
from mapsvc.domain.quiet_hours import QuietHours, QuietSource
from mapsvc.domain.shops import Shop
from mapsvc.domain.surface import SaidKind
from mapsvc.domain.topic_choices import ChoiceSource
from mapsvc.errors import NotFound, Refused
from mapsvc.operations import enquiries, orders, quiet_hours
from mapsvc.operations.enquiries import NewEnquiry
from mapsvc.operations.exchange.items import BY_CARD, UNKNOWN, Item, flag_of, require_present, text_of
from mapsvc.operations.issues import NewIssue, Spot, Where, file_issue, own_location_id, point_at
from mapsvc.operations.photos import NewPhoto, keep_within
from mapsvc.operations.topic_choices import choose_within
from mapsvc.store import audit, ids, surface_items
from mapsvc.store import enquiries as enquiry_rows
from mapsvc.store import issues as issue_rows
from mapsvc.store import quiet_hours as quiet_rows

LONGEST_REPORT = 1000
_LONGEST_REF = 40
_WORDLESS_THANKS = "谢谢。"


def ask(item: Item) -> str:
    """问一声 becomes an enquiry."""
    card, _ = require_present(item)
    body = item.said.body
    topic = text_of(body, "topic", _LONGEST_REF)
    new = NewEnquiry(
        item.said.id,
        text_of(body, "text", LONGEST_TEXT),
        item.said_at,
        topic=topic if topic in topic_rules.NAMES else None,
        card_id=card.id,
        contact_name=text_of(body, "name", LONGEST_NAME) or None,
        contact_phone=text_of(body, "phone", LONGEST_PHONE) or None,
        policy_id=text_of(body, "policy", _LONGEST_REF) or None,
        is_urgent=flag_of(body, "is_urgent"),
        is_held=item.said.is_held,
    )
    return enquiries.ask_within(item.conn, item.ws, BY_CARD, new).id


def report(item: Item) -> str:
    """反映问题 becomes an issue with its case; of a card whose shop changed hands one of the premises alone."""
    if item.card is None or item.shop is None:
        raise Refused(UNKNOWN, code="unknown_card")
    body = item.said.body
    kind = text_of(body, "kind", _LONGEST_REF)
    if kind not in BY_CODE:
        raise Refused("没有这类问题，没有记下；请换一类再说一次。", field="kind", code="unknown_kind")
    new = NewIssue(
        item.said.id,
        kind,
        text_of(body, "text", LONGEST_REPORT),
        IssueSource.CARD,
        item.said_at,
        severity=Severity.DANGER if flag_of(body, "is_urgent") else None,
    )
    where = _near(item, item.shop) if body.get("where") == "near" else _at(item, item.shop)
    issue = file_issue(item.conn, BY_CARD, new, kind_of(kind), where, item.at)
    _keep_photos(item, PhotoOf.ISSUE, issue.id, None)
    return issue.id


def quiet(item: Item) -> None:
    """什么时候来方便: what the merchant said before no longer holds; what the staff were told stays."""
    _, shop = require_present(item)
    assert shop.tenancy is not None
    lines, text = item.said.body.get("lines"), text_of(item.said.body, "text", quiet_rules.MOST_TEXT)
    if not isinstance(lines, list) or len(lines) > quiet_rules.MOST_LINES:
        raise Refused(f"一家最多记{quiet_rules.MOST_LINES}条不方便的时间，没有记下。", field="lines", code="too_many")
    wanted = [_minutes(line) for line in lines]
    for weekday, from_minute, until_minute in wanted:
        quiet_rules.require_sound(weekday, from_minute, until_minute, text)
    for one in quiet_rows.of_tenancy(item.conn, shop.tenancy.id):
        if one.source is QuietSource.MERCHANT:
            quiet_rows.end(item.conn, one.id, item.at)
            audit.append(item.conn, BY_CARD, "end_quiet_hours", "quiet_hours", one.id, one, None, item.at)
    for n, (weekday, from_minute, until_minute) in enumerate(wanted):
        new = QuietHours(
            ids.of("quiet_hours", item.said.id, n), "", from_minute, until_minute, QuietSource.MERCHANT, item.at,
            weekday, mask_phones_in(text) or None,
        )  # fmt: skip
        quiet_hours.say_within(item.conn, BY_CARD, shop, new)


def topics(item: Item) -> None:
    """提前提醒我: the topics that hold from now on."""
    _, shop = require_present(item)
    chosen = item.said.body.get("topics")
    if not isinstance(chosen, list) or not all(isinstance(topic, str) for topic in chosen):
        raise Refused("内容读不懂，没有记下。", field="topics", code="bad_topics")
    choose_within(item.conn, BY_CARD, shop, chosen, ChoiceSource.MERCHANT, item.said_at)


def rate(item: Item) -> str:
    """A rating of an answer."""
    card, _ = require_present(item)
    body = item.said.body
    try:
        rating = Rating(text_of(body, "rating", _LONGEST_REF))
    except ValueError:
        raise Refused("请从页面上的几个里选。", field="rating", code="unknown_rating") from None
    ref = text_of(body, "ref", _LONGEST_REF)
    said = text_of(body, "text", LONGEST_RATING) or None
    return enquiries.rate_within(item.conn, BY_CARD, ref, card.id, rating, said, item.said_at).id


def thank(item: Item) -> str:
    """Thanks, kept with the enquiry they are for; for anything else with what it was about in front."""
    card, _ = require_present(item)
    ref = text_of(item.said.body, "ref", _LONGEST_REF)
    text = text_of(item.said.body, "text", LONGEST_RATING) or _WORDLESS_THANKS
    asked = enquiry_rows.by_id(item.conn, ref) if ref else None
    if ref and asked is None:
        issue = issue_rows.by_id(item.conn, ref)
        told = f"（反映的{kind_of(issue.kind).short_name}，{issue.number}）" if issue else ""
        text = f"{told}{text}"[:LONGEST_RATING]
    about = asked.id if asked else None
    return enquiries.thank_within(item.conn, BY_CARD, item.said.id, card.id, text, item.said_at, about)


def order(item: Item) -> str:
    """What a unit pressed on its order's page, at the time of pressing as far as the order's own history lets it."""
    order_id = surface_items.order_of_key(item.conn, item.said.key)
    if order_id is None:
        raise NotFound("没有这张派单。", code="unknown_order")
    found = orders.get_order(item.conn, order_id)
    if not orders.is_live(item.conn, found, item.at):
        raise Refused("这张派单已经收回、过期或办结，没有记下；请打座机。", code="dead_order")
    body = item.said.body
    try:
        action = OrderAction(text_of(body, "action", _LONGEST_REF))
    except ValueError:
        raise Refused("请选页面上的一个按钮。", field="action", code="unknown_action") from None
    reason = text_of(body, "reason", MOST_TEXT) or None
    pressed_at = max(item.said_at, found.made_at)
    orders.answer_within(item.conn, item.ws, orders.by_link(found), order_id, action, reason, pressed_at)
    _keep_photos(item, PhotoOf.ORDER, order_id, Purpose.AFTER)
    return order_id


TAKERS: dict[SaidKind, Callable[[Item], str | None]] = {
    SaidKind.ASK: ask,
    SaidKind.REPORT: report,
    SaidKind.QUIET: quiet,
    SaidKind.TOPICS: topics,
    SaidKind.RATE: rate,
    SaidKind.THANK: thank,
    SaidKind.ORDER: order,
}
"""The one registry: kind -> what is done with it; a function returns the id of what it became."""


def _at(item: Item, shop: Shop) -> Where:
    tenancy = shop.tenancy.id if shop.tenancy and item.is_present else None
    return Where(shop.location, False, shop.id, None, tenancy, shop.name if tenancy else None)


def _near(item: Item, shop: Shop) -> Where:
    """A spot of its own by the door: what is on the street is not the shop's."""
    lon, lat = shop.location.lon, shop.location.lat
    if lon is None or lat is None:
        return _at(item, shop)
    return Where(point_at(item.ws, Spot(lon, lat), own_location_id(item.said.id)), True)


def _keep_photos(item: Item, of: PhotoOf, record_id: str, purpose: Purpose | None) -> None:
    for kept in item.photos:
        photo_id = ids.of("photo", item.said.id, kept.picture.sha256)
        new = NewPhoto(photo_id, of, record_id, b"", item.said_at, purpose)
        keep_within(item.conn, item.ws, BY_CARD, new, kept.picture, kept.aside, item.at)


def _minutes(line: object) -> tuple[int | None, int, int]:
    if not isinstance(line, dict):
        raise Refused("内容读不懂，没有记下。", field="lines", code="bad_lines")
    weekday, begins, ends = line.get("weekday"), line.get("from_minute"), line.get("until_minute")
    numbers = [n for n in (weekday, begins, ends) if n is not None]
    if begins is None or ends is None or any(not isinstance(n, int) or isinstance(n, bool) for n in numbers):
        raise Refused("内容读不懂，没有记下。", field="lines", code="bad_lines")
    return weekday, begins, ends
