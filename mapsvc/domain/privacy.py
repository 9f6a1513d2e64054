"""Masking of names and phones in one place (PIPL; GB/T 35273): what is shown of a person to whom."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from mapsvc.domain.actors import Actor
from mapsvc.domain.people import Person
from mapsvc.domain.permissions import Action, may

_TITLES = ("先生", "女士", "小姐", "老板", "老板娘", "师傅", "阿姨", "大姐", "大哥", "经理", "店长", "老师", "医生")
_NO_PERSON = re.compile(r"(方|公司|店|部|处|中心|所|行|社|厂|会|站|办|物业|银行|超市)$")
_CHINESE_DIGITS = "〇零一二三四五六七八九幺"

# Digits of any script count (full-width ones too); blanks, hyphens and dots may stand between them.
_GAP = r"[\s\-‐-―－.·・()()]?"
_MOBILE = rf"(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}"
_LANDLINE = rf"[((]?0(?:10|2\d|[3-9]\d{{2}}){_GAP}{_GAP}[2-9](?:{_GAP}\d){{6,7}}"
_IN_WORDS = rf"[一幺][三四五六七八九][{_CHINESE_DIGITS}]{{9}}"
_ID_CARD = r"[1-9]\d{16}[\dXx]"
_OTHER_DIGITS = re.compile(r"(?![0-9])\d")
_PHONES = re.compile(rf"(?<!\d)(?:{_ID_CARD}|{_MOBILE}|{_LANDLINE})(?!\d)|(?<![{_CHINESE_DIGITS}]){_IN_WORDS}")


def mask_phone(phone: str) -> str:
    """``138****5678``; a landline keeps its area code and the last two digits; anything else becomes stars."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", phone) if c.isdigit())
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 10 and digits.startswith("0"):
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}-****{digits[-2:]}"
    return "****"


def mask_phones_in(text: str) -> str:
    """Every phone number in free text masked, however it is written; digits of identity cards too."""
    return _PHONES.sub(_masked, _narrow_digits(text))


def has_phone(text: str) -> bool:
    """Whether free text carries a phone number."""
    return _PHONES.search(_narrow_digits(text)) is not None


def mask_name(name: str) -> str:
    """``王先生`` stays (it is a form of address, not a name), ``王小明`` becomes ``王**``; offices stay as they are."""
    name = name.strip()
    if not name or name.endswith(_TITLES) or (len(name) > 2 and _NO_PERSON.search(name)):
        return name
    return f"{name[0]}**"


FORMER = "前店主"
"""What a merchant who left is called in texts."""
UNNAMED = "经营者"
"""What a merchant is called of whom only the phone is known."""


@dataclass(frozen=True)
class Leavers:
    """People who ran a shop before: their names and numbers are taken out of what was written about it."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str], phones: Iterable[str], still_here: Iterable[str] = ()) -> "Leavers":
        """Those of `names` and `phones` that tell somebody; none that are also `still_here`'s."""
        stays = {*still_here, UNNAMED}
        told = {n.strip() for n in names} - stays
        digits = {"".join(c for c in _narrow_digits(p) if c.isdigit()) for p in phones if p not in stays}
        return cls(
            tuple(sorted((n for n in told if len(n) > 1), key=lambda n: (-len(n), n))),
            tuple(sorted(d for d in digits if len(d) > 4)),
        )

    def hide(self, text: str, called: str = FORMER) -> str:
        """`text` without their names and numbers."""
        if self.names:
            text = re.sub("|".join(map(re.escape, self.names)), called, text)
        for digits in self.phones:
            number = re.compile(rf"(?<!\d){_GAP.join(digits)}(?!\d)")
            if number.search(_narrow_digits(text)):
                text = number.sub(mask_phone(digits), _narrow_digits(text))
        return text


NOBODY_LEFT = Leavers()


@dataclass(frozen=True)
class VisiblePerson:
    """A merchant as one reader may see them; `phone` is always masked, the full number is an act of its own."""

    id: str
    name: str
    phone: str | None
    may_see_phone: bool


def may_see(actor: Actor, owner: str | None) -> bool:
    """Whether `actor` may see people of a shop looked after by person `owner`."""
    return may(actor, Action.SEE_PERSON, owner)


def visible_person(actor: Actor, person: Person | None, owner: str | None) -> VisiblePerson | None:
    """What `actor` may see of `person`, a merchant of a shop looked after by `owner`; None for an erased one."""
    if person is None or person.erased_at is not None:
        return None
    phone = mask_phone(person.phone) if person.phone else None
    if may_see(actor, owner):
        return VisiblePerson(person.id, person.name, phone, phone is not None)
    return VisiblePerson(person.id, mask_name(person.name), phone, False)


def visible_text(actor: Actor, text: str | None, owner: str | None, left: Leavers = NOBODY_LEFT) -> str:
    """Free text for `actor`: as written for those who may see the people, phones masked for the rest.

    Who `left` the shop is named to nobody.
    """
    if not text:
        return ""
    text = left.hide(text)
    return text if may_see(actor, owner) else mask_phones_in(text)


def _narrow_digits(text: str) -> str:
    # Only digits are folded: the rest of what a person wrote stays as it is.
    if not _OTHER_DIGITS.search(text):
        return text
    return "".join(unicodedata.normalize("NFKC", c) if c.isdecimal() and not c.isascii() else c for c in text)


def _masked(found: re.Match[str]) -> str:
    text = found.group()
    if any(c in _CHINESE_DIGITS for c in text):
        return text[:3] + "****" + text[-4:]
    if len(re.sub(r"\D", "", text)) >= 17:
        return text[:3] + "*" * 11 + text[-4:]
    return mask_phone(text)
