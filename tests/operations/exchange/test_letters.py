"""Letters: read back as they were written, refused at the slightest change, each refusal in its own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.surface import LaidCard, Layout, Letter, Matter, MatterKind, QuietLine, Said, SaidKind
from mapsvc.errors import Usage
from mapsvc.operations.exchange import letters
from mapsvc.operations.exchange.keys import INSIDE, OUTSIDE, keys_of, new_key
from mapsvc.operations.exchange.letters import BadLetter, require_newer, seal, unseal
from tests.support.exchange import KEY

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
KEYS, OTHER = keys_of(KEY), keys_of(new_key())
MATTER = Matter("r", MatterKind.ASK, "问", "已收到", "等答复", AT, "s", can_rate=True, source="某通知")
CARD = LaidCard(
    "a" * 64, "LX-0127-K4", "岚皋西路27号", "小陈", ("子女入园",), (QuietLine(0, 60, 2, "午休"),), (MATTER,)
)
LAYOUT = Layout(
    3, AT, {"office_name": "街道", "is_demo": True}, ((AT, AT),), (("L0001", "房屋渗漏"),), ("子女入园",), (CARD,),
    ({"id": "k"},), ({"key": "b" * 64, "dead": "closed"},),
)  # fmt: skip
SAID = Said("id", "a" * 64, SaidKind.ASK, {"text": "问\n一声"}, AT, ("c" * 64,), True, 7)
FROM_INSIDE = Letter(INSIDE, KEYS.surface, 5, AT, LAYOUT, 7, photos={"d" * 64: b"\xff\xd8"}, acked_id="id")
FROM_OUTSIDE = Letter(OUTSIDE, KEYS.surface, 6, AT, said=(SAID,), has_more=True, layout_serial=3, answers=5)


def reader_of(letter: Letter) -> str:
    """Whom a letter is for."""
    return OUTSIDE if letter.sender == INSIDE else INSIDE


@pytest.mark.parametrize("letter", [FROM_INSIDE, FROM_OUTSIDE], ids=["inside", "outside"])
def test_a_letter_reads_back_as_it_was_written(letter: Letter) -> None:
    assert unseal(seal(letter, KEYS), KEYS, reader_of(letter)) == letter


@pytest.mark.parametrize("letter", [FROM_INSIDE, FROM_OUTSIDE], ids=["inside", "outside"])
@given(data=st.data())
def test_no_byte_can_be_changed_added_or_left_out(letter: Letter, data: st.DataObject) -> None:
    raw = bytearray(seal(letter, KEYS))
    at = data.draw(st.integers(0, len(raw) - 1))
    how = data.draw(st.sampled_from(["change", "cut", "add", "drop"]))
    if how == "change":
        raw[at] ^= data.draw(st.integers(1, 255))
    elif how == "cut":
        del raw[at:]
    elif how == "add":
        raw.insert(at, data.draw(st.integers(0, 255)))
        # The same byte put beside itself at the end of the head's line would still be another letter.
    else:
        del raw[at]
    with pytest.raises(BadLetter):
        unseal(bytes(raw), KEYS, reader_of(letter))


@pytest.mark.parametrize("letter", [FROM_INSIDE, FROM_OUTSIDE], ids=["inside", "outside"])
def test_every_single_byte_of_head_and_signature_counts(letter: Letter) -> None:
    raw = seal(letter, KEYS)
    for at in range(raw.index(b"\n") + 1):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(BadLetter):
            unseal(bytes(changed), KEYS, reader_of(letter))


def test_each_refusal_says_which_it_is() -> None:
    raw = seal(FROM_INSIDE, KEYS)
    told = {
        "no_letter": (b"hello", KEYS, OUTSIDE),
        "other_surface": (raw, OTHER, OUTSIDE),
        "bad_signature": (raw[:-1], KEYS, OUTSIDE),
        "own_letter": (raw, KEYS, INSIDE),
    }
    words = set()
    for code, arguments in told.items():
        with pytest.raises(BadLetter) as caught:
            unseal(*arguments)
        assert caught.value.code == code
        words.add(str(caught.value))
    assert len(words) == len(told)


def test_a_letter_cannot_be_turned_round() -> None:
    """The key of one direction signs nothing for the other."""
    raw = seal(FROM_INSIDE, KEYS).replace(b" inside ", b" outside ", 1)
    with pytest.raises(BadLetter) as caught:
        unseal(raw, KEYS, INSIDE)
    assert caught.value.code == "bad_signature"


def test_an_older_letter_and_the_same_again_are_refused() -> None:
    require_newer(FROM_INSIDE, 4)
    for last in (5, 6):
        with pytest.raises(BadLetter, match="收过") as caught:
            require_newer(FROM_INSIDE, last)
        assert caught.value.code == "old_letter"


def test_what_a_newer_program_says_holds_up_nothing_else() -> None:
    raw = seal(FROM_OUTSIDE, KEYS)
    body = raw.split(b"\n", 1)[1].replace(b'"kind":"ask"', b'"kind":"sing"')
    head = letters._head(OUTSIDE, KEYS.surface)
    again = head + b" " + letters._signature(OUTSIDE, KEYS, body) + b"\n" + body
    read = unseal(again, KEYS, INSIDE)
    assert read.said == ()
    assert [(one.id, one.seq, one.kind) for one in read.unreadable] == [("id", 7, "sing")]


@pytest.mark.parametrize("text", ["", " ", "short", "密码", "a" * 43, "secret-key-secret-key", KEY[:40]])
def test_a_key_that_is_missing_short_or_thought_up_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="mapsvc surface key"):
        keys_of(text)


def test_a_fresh_key_is_good_and_never_the_same() -> None:
    made = {new_key() for _ in range(20)}
    assert len(made) == 20
    assert len({keys_of(key).surface for key in made}) == 20


def test_keys_of_the_directions_and_the_name_are_apart_and_not_told() -> None:
    assert KEYS.of[INSIDE] != KEYS.of[OUTSIDE]
    assert KEYS.surface not in KEYS.of[INSIDE].hex()
    assert KEYS.of[INSIDE].hex() not in repr(KEYS)


def test_a_letter_that_is_too_large_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "LARGEST", 1000)
    with pytest.raises(letters.TooLarge):
        seal(replace(FROM_INSIDE, photos={"d" * 64: b"x" * 2000}), KEYS)
