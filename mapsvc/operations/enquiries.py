"""咨询 coming in: asked on a card's page or logged by the staff; rated and thanked for by the merchant alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mapsvc.domain import enquiries as rules
from mapsvc.domain import enquiry_moves, topics
from mapsvc.domain.actors import Actor
from mapsvc.domain.enquiries import Channel, Enquiry, EnquiryStep, Rating, StepKind
from mapsvc.domain.times import office_day, to_second
from mapsvc.errors import Conflict, NotFound, Refused
from mapsvc.operations.clock import next_close, working_days
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, enquiries, events, ids, shops


@dataclass(frozen=True)
class NewEnquiry:
    """A question as it came.

    Attributes
    ----------
    id : str
        Made by who asks or logs: the same again is the same.
    asked_at : datetime
        As told; never taken for later than it was received.
    channel : str
        One of `Channel`, or a workbook's word.
    topic : str or None
        Of `topics.NAMES`; None: guessed from the text.
    shop : str or None
        Code; left out where a card tells it, or where nobody knows yet.
    card_id : str or None
        Asked on this card's page.
    policy_id : str or None
        The entry that was shown and did not do.
    """

    id: str
    text: str
    asked_at: datetime
    channel: str = Channel.CARD
    topic: str | None = None
    shop: str | None = None
    card_id: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    policy_id: str | None = None
    is_urgent: bool = False
    is_held: bool = False


def ask_within(conn: Connection, ws: Workspace, actor: Actor, new: NewEnquiry) -> Enquiry:
    """Take in a question in the caller's transaction; the same id again changes nothing.

    Its clock ends when the office closes on the working day after the one on which it was asked.

    Raises
    ------
    Refused
        No text, too much of it, an unknown topic, shop or card.
    Conflict
        If the id was used for another question.
    """
    at = to_second(ws.clock())
    text = _checked(new)
    before = enquiries.by_id(conn, new.id)
    if before is not None:
        if before.text != text or before.card_id != new.card_id:
            raise Conflict("这个编号（id）已经用在另一条咨询上，请换一个。", field="id", code="id_used")
        return before
    shop_id, tenancy_id = _door(conn, new, at)
    asked_at = min(to_second(new.asked_at), at)
    made = Enquiry(
        new.id, text, asked_at, shop_id, tenancy_id, str(new.channel), new.topic or topics.topic_of(text),
        card_id=new.card_id, contact_name=_line(new.contact_name, rules.LONGEST_NAME),
        contact_phone=_line(new.contact_phone, rules.LONGEST_PHONE), received_at=at,
        due_at=next_close(asked_at, working_days(conn)), policy_id=new.policy_id, is_urgent=new.is_urgent,
        is_held=new.is_held, made_by=None if new.card_id else actor.person_id,
    )  # fmt: skip
    enquiries.add(conn, made)
    tell(conn, actor, made, asked_at)
    audit.append(conn, actor, "ask_enquiry", "enquiry", made.id, None, wordless(made), at)
    return made


def rate_within(
    conn: Connection, actor: Actor, enquiry_id: str, card_id: str, rating: Rating, text: str | None, at: datetime
) -> Enquiry:
    """What the merchant says of an answer, in the caller's transaction; said the same again, nothing changes.

    Raises
    ------
    NotFound
        No such enquiry of the tenancy that has this card.
    Conflict
        There is no answer yet, or it was rated more than a day ago.
    """
    at = to_second(at)
    before = enquiries.by_id(conn, enquiry_id)
    of_card = enquiries.tenancy_of_card(conn, card_id)
    if before is None or of_card is None or before.tenancy_id != of_card[0]:
        raise NotFound("没有这条咨询。", field="ref", code="unknown_enquiry")
    after = enquiry_moves.rate(before, rating, text, at)
    if after == before:
        return before
    write(conn, before, after)
    step_id = ids.of("enquiry_step", enquiry_id, "rated", after.version)
    said = EnquiryStep(step_id, enquiry_id, after.version, StepKind.RATED, at, after.rating_text, str(rating))
    enquiries.add_step(conn, said)
    audit.append(conn, actor, "rate_enquiry", "enquiry", enquiry_id, wordless(before), wordless(after), at)
    return after


def thank_within(
    conn: Connection,
    actor: Actor,
    thanks_id: str,
    card_id: str,
    text: str,
    at: datetime,
    enquiry_id: str | None = None,
) -> str:
    """Thanks from a card's page, in the caller's transaction: kept with the enquiry it is for, else with the one that
    was answered last, else as one of its own that is over; returns the enquiry's id. The same id again changes nothing.

    Raises
    ------
    NotFound
        No such card, no such enquiry of its tenancy.
    Refused
        No words, or too many.
    """
    known = enquiries.step_by_id(conn, thanks_id)
    if known is not None:
        return known.enquiry_id
    at, said, of_card = to_second(at), text.strip(), enquiries.tenancy_of_card(conn, card_id)
    if of_card is None:
        raise NotFound("没有这张卡。", field="card", code="unknown_card")
    if not said or len(said) > rules.LONGEST_RATING:
        raise Refused(f"请写一句，最多{rules.LONGEST_RATING}个字。", field="text", code="bad_text")
    found = enquiries.by_id(conn, enquiry_id) if enquiry_id else enquiries.latest_answered(conn, of_card[0])
    if enquiry_id and (found is None or found.tenancy_id != of_card[0]):
        raise NotFound("没有这条咨询。", field="ref", code="unknown_enquiry")
    if found is None:
        found = Enquiry(
            ids.of("enquiry", thanks_id), said, at, of_card[1], of_card[0], Channel.CARD, None,
            card_id=card_id, received_at=at, closed_at=at,
        )  # fmt: skip
        enquiries.add(conn, found)
        tell(conn, actor, found, at)
    enquiries.add_step(conn, EnquiryStep(thanks_id, found.id, found.version, StepKind.THANKED, at, said))
    audit.append(conn, actor, "thank", "enquiry", found.id, None, {"step": thanks_id}, at)
    return found.id


def tell(conn: Connection, actor: Actor, one: Enquiry, at: datetime) -> None:
    """Write into the tenancy's history that something happened to an enquiry."""
    events.append(
        conn, type="enquiry", ref=one.id, at=at, shop_id=one.shop_id, tenancy_id=one.tenancy_id,
        case_id=one.case_id, actor_id=actor.person_id,
    )  # fmt: skip


def write(conn: Connection, before: Enquiry, after: Enquiry) -> None:
    """Store a changed enquiry; raises Conflict if somebody else changed it meanwhile."""
    if not enquiries.change(conn, before, after):
        raise Conflict("别人刚动过这条咨询，请刷新后再看。", code="stale")


def wordless(one: Enquiry) -> Enquiry:
    """An enquiry without what was said or who said it, for the audit's hashes."""
    said = one.answer and "…"
    return replace(one, text="", answer=said, contact_name=None, contact_phone=None, rating_text=None)


def _checked(new: NewEnquiry) -> str:
    text = new.text.strip()
    if not text:
        raise Refused("问了什么，请写一句。", field="text", code="text_missing")
    if len(text) > rules.LONGEST_TEXT:
        raise Refused(f"最多{rules.LONGEST_TEXT}个字，请分成两条。", field="text", code="too_long")
    if new.topic is not None and new.topic not in topics.NAMES:
        raise Refused(
            f"没有“{new.topic[:40]}”这个主题，可选：{'、'.join(topics.NAMES)}。", field="topic", code="unknown_topic"
        )
    return text


def _line(text: str | None, most: int) -> str | None:
    return " ".join((text or "").split())[:most] or None


def _door(conn: Connection, new: NewEnquiry, at: datetime) -> tuple[str | None, str | None]:
    if new.card_id:
        of_card = enquiries.tenancy_of_card(conn, new.card_id)
        if of_card is None:
            raise Refused("没有这张卡。", field="card", code="unknown_card")
        return of_card[1], of_card[0]
    if not new.shop:
        return None, None
    shop = shops.by_code(conn, new.shop, office_day(at))
    if shop is None:
        raise Refused(f"没有编号为{new.shop[:40]}的商铺，请核对编号。", field="shop", code="unknown_shop")
    return shop.id, shop.tenancy.id if shop.tenancy else None
