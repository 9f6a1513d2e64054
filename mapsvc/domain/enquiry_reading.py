"""Who reads an enquiry: what was said on a card's page is for the secretary and who looks after the shop alone."""

from mapsvc.domain.actors import Actor
from mapsvc.domain.enquiries import Enquiry
from mapsvc.domain.permissions import Action, may

WITHHELD = "咨询1件"
"""What stands for an enquiry where its words may not stand."""


def may_read(actor: Actor, one: Enquiry, owner: str | None) -> bool:
    """Whether `actor` may open it; `owner` looks after its shop today, in person or standing in.

    Who wrote down a chat or a call reads it again, and where somebody may be in danger everybody who takes questions
    does: merchants are told of this exception before they write.
    """
    if may(actor, Action.SEE_ENQUIRIES, owner):
        return True
    if not may(actor, Action.LOG_ENQUIRY):
        return False
    is_own = one.card_id is None and one.made_by is not None and one.made_by == actor.person_id
    return is_own or one.is_urgent


def may_read_words(actor: Actor, one: Enquiry, owner: str | None) -> bool:
    """Whether its words may stand in the shop's history before `actor`: what was not said on a card's page may."""
    return one.card_id is None or may_read(actor, one, owner)


def may_turn(actor: Actor, one: Enquiry, owner: str | None) -> bool:
    """Whether `actor` may make work of it: who may answer; where somebody may be in danger everybody who reads it."""
    return may(actor, Action.ANSWER_ENQUIRY, owner) or (one.is_urgent and may_read(actor, one, owner))
