"""What may be done to an enquiry: answered, closed, asked anew, taken back, turned into work, rated."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from mapsvc.domain.enquiries import CHANGEABLE, LONGEST_ANSWER, LONGEST_RATING, UNDOABLE, Enquiry, Rating
from mapsvc.errors import Conflict, Refused


class Into(StrEnum):
    """What an enquiry can be turned into."""

    NEED = "need"
    CASE = "case"
    PROMISE = "promise"


INTO_NAMES: dict[Into, str] = {Into.NEED: "诉求", Into.CASE: "案件", Into.PROMISE: "答应的事"}


def answer(before: Enquiry, text: str, policy_id: str | None, by: str | None, at: datetime) -> Enquiry:
    """Answered with these words, taken out of a policy entry or not; raises Conflict, Refused."""
    _require_open(before)
    return _answered(before, text, policy_id, by, at)


def close(before: Enquiry, reason: str, at: datetime) -> Enquiry:
    """Over without an answer, for a reason; raises Conflict, Refused."""
    _require_open(before)
    if not reason.strip():
        raise Refused("为什么不用答复，请写一句。", field="reason", code="reason_missing")
    return replace(before, closed_at=at, version=before.version + 1)


def reopen(before: Enquiry, due_at: datetime) -> Enquiry:
    """Asked once more: a new clock, the answer before stays among its steps; raises Conflict."""
    if before.is_open:
        raise Conflict("这条咨询还没有答复，不用重新打开。", code="still_open")
    return replace(
        before, answer=None, answered_at=None, answered_by=None, policy_id=None, closed_at=None, rating=None,
        rating_text=None, rated_at=None, due_at=due_at, version=before.version + 1,
    )  # fmt: skip


def may_take_back(one: Enquiry, at: datetime, is_picked_up: bool) -> bool:
    """Whether its answer may still be taken back: fresh, unrated, not turned into work, not on the merchant's page."""
    if one.answered_at is None or one.rated_at is not None or one.is_turned:
        return False
    return not is_picked_up and at <= one.answered_at + UNDOABLE


def take_back(before: Enquiry, at: datetime, is_picked_up: bool) -> Enquiry:
    """Open as if it had not been answered; raises Conflict if the merchant may have read it."""
    if before.answered_at is None:
        raise Conflict("还没有答复，没有可收回的。", code="no_answer")
    if not may_take_back(before, at, is_picked_up):
        raise Conflict("店主那边已经看得到了，不能收回；要改就重新打开再答一次。", code="too_late")
    return replace(before, answer=None, answered_at=None, answered_by=None, policy_id=None, version=before.version + 1)


def turn(before: Enquiry, into: Into, ref: str, words: str, by: str | None, at: datetime) -> Enquiry:
    """Turned into `ref`; `words` answer the merchant where nobody has. Raises Conflict, Refused."""
    held = {Into.NEED: before.need_id, Into.CASE: before.case_id, Into.PROMISE: before.promise_id}[into]
    if held is not None:
        raise Conflict(f"已经转成{INTO_NAMES[into]}了，不用再转。", code="turned_before")
    match into:
        case Into.NEED:
            after = replace(before, need_id=ref)
        case Into.CASE:
            after = replace(before, case_id=ref)
        case Into.PROMISE:
            after = replace(before, promise_id=ref)
    if before.is_open:
        return _answered(after, words, None, by, at)
    return replace(after, version=before.version + 1)


def rate(before: Enquiry, rating: Rating, text: str | None, at: datetime) -> Enquiry:
    """What the merchant says of the answer; said again it may change for a day.

    Raises
    ------
    Conflict
        There is no answer, or the rating is older than a day.
    Refused
        Too many words.
    """
    if before.answered_at is None:
        raise Conflict("还没有答复，等答复了再评。", code="no_answer")
    said = (text or "").strip() or None
    if len(said or "") > LONGEST_RATING:
        raise Refused(f"最多写{LONGEST_RATING}个字，请短一些。", field="text", code="too_long")
    if (before.rating, before.rating_text) == (rating, said):
        return before
    if before.rated_at is not None and at > before.rated_at + CHANGEABLE:
        raise Conflict("评过一天了，不能再改。", code="too_late")
    return replace(before, rating=rating, rating_text=said, rated_at=before.rated_at or at, version=before.version + 1)


def _require_open(one: Enquiry) -> None:
    if not one.is_open:
        raise Conflict("这条咨询已经答复或结束了，请刷新后再看。", code="not_open")


def _answered(before: Enquiry, text: str, policy_id: str | None, by: str | None, at: datetime) -> Enquiry:
    said = text.strip()
    if not said:
        raise Refused("答复还没有写。", field="answer", code="answer_missing")
    if len(said) > LONGEST_ANSWER:
        raise Refused(f"答复最多{LONGEST_ANSWER}个字，请短一些。", field="answer", code="too_long")
    return replace(before, answer=said, answered_at=at, answered_by=by, policy_id=policy_id, version=before.version + 1)
