"""Councils: what may become of one, and what of it is refused beside which field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain import council_moves as rules
from mapsvc.domain.councils import AgreedItem, Council, CouncilState, Party, PartyRole
from mapsvc.domain.ways_out import GUIDES, WAY_OUT_NAMES, WayOut
from mapsvc.errors import Conflict, Refused

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLANNED = Council("c", AT, "case", state=CouncilState.PLANNED)
HELD = replace(PLANNED, state=CouncilState.HELD)
PARTIES = tuple(Party(f"p{n}", "c", role, f"{n}号", is_present=True) for n, role in enumerate(PartyRole))
ITEM = AgreedItem("p0", "修好", 100, AT + HOUR)
STATES = (None, *CouncilState)


def fields(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """Beside which fields."""
    return [p.field for p in refused.value.problems]


@pytest.mark.parametrize("state", STATES)
def test_only_some_states_lead_on(state: CouncilState | None) -> None:
    council = replace(PLANNED, state=state)
    ways = {
        "hold": lambda: rules.hold(council, AT, AT),
        "agree": lambda: rules.agree(council, PARTIES, [ITEM], AT, AT),
        "sign": lambda: rules.sign(council, PARTIES[0], AT, AT),
        "fail": lambda: rules.fail(council, WayOut.MEDIATION),
        "call off": lambda: rules.require_planned(council),
        "come back": lambda: rules.require_failed(council),
    }
    legal = {
        None: set(),
        CouncilState.PLANNED: {"hold", "call off"},
        CouncilState.HELD: {"hold", "agree", "fail"},
        CouncilState.AGREED: {"hold", "agree", "sign"},
        CouncilState.FAILED: {"come back"},
    }[state]
    for name, way in ways.items():
        if name in legal:
            way()
        else:
            with pytest.raises(Conflict):
                way()


def test_minutes_of_an_agreed_council_leave_it_agreed() -> None:
    agreed = rules.agree(HELD, PARTIES, [ITEM], AT, AT)
    assert rules.hold(agreed, AT, AT).state is CouncilState.AGREED
    assert rules.hold(PLANNED, AT, AT).state is CouncilState.HELD
    assert rules.agree(agreed, PARTIES, [ITEM], AT + HOUR, AT + HOUR).agreed_at == AT


@given(st.lists(st.booleans(), max_size=8))
def test_an_agreement_takes_two_who_were_there(present: list[bool]) -> None:
    parties = [replace(p, is_present=there) for p, there in zip(PARTIES, present, strict=False)]
    if sum(present) >= rules.LEAST_PARTIES:
        item = replace(ITEM, party_id=parties[0].id)
        assert rules.agree(HELD, parties, [item], AT, AT).state is CouncilState.AGREED
    else:
        with pytest.raises(Refused) as refused:
            rules.agree(HELD, parties, [ITEM], AT, AT)
        assert "parties" in fields(refused)


@given(amount=st.one_of(st.none(), st.integers(-(10**13), 10**13)), before=st.integers(-100, 100))
def test_amounts_and_times_are_refused_in_their_row(amount: int | None, before: int) -> None:
    item = replace(ITEM, amount_fen=amount, due_at=AT - timedelta(minutes=before))
    wrong = []
    if amount is not None and not 0 <= amount <= 10**10:
        wrong.append("items.1.amount")
    if before > 0:
        wrong.append("items.1.due_at")
    if not wrong:
        rules.agree(HELD, PARTIES, [None, item], AT, AT)
        return
    with pytest.raises(Refused) as refused:
        rules.agree(HELD, PARTIES, [None, item], AT, AT)
    assert fields(refused) == wrong


def test_nobody_signs_before_there_is_something_to_sign() -> None:
    agreed = rules.agree(HELD, PARTIES, [ITEM], AT + HOUR, AT + HOUR)
    for at in (AT, AT + 2 * HOUR):
        with pytest.raises(Refused) as refused:
            rules.sign(agreed, PARTIES[0], at, AT + HOUR)
        assert fields(refused) == ["signed.p0"]
    assert rules.sign(agreed, PARTIES[0], AT + HOUR, AT + HOUR).signed_at == AT + HOUR


def test_parties_need_names() -> None:
    with pytest.raises(Refused) as refused:
        rules.require_parties([("201室", ""), ("", "要赔钱"), ("长" * 61, "")])
    assert fields(refused) == ["parties.1.name", "parties.2.name"]
    with pytest.raises(Refused) as refused:
        rules.require_parties([(" ", "")])
    assert fields(refused) == ["parties"]
    with pytest.raises(Refused):
        rules.require_parties([(f"{n}号", "") for n in range(13)])


def test_lines_as_the_workbook_has_them() -> None:
    parties = (
        replace(PARTIES[0], name="201室", claim="要修"),
        Party("x", "c", PartyRole.PROPERTY, "兰凤物业", is_present=False),
    )
    assert rules.attendees_text(parties) == "业主201室"
    assert rules.claims_text(parties) == "业主201室：要修"
    assert rules.attendees_text([replace(p, is_present=None) for p in parties]) == "业主201室、兰凤物业"
    assert rules.claims_text(parties[1:]) is None


def test_every_way_out_says_what_it_is_and_what_to_bring() -> None:
    assert set(GUIDES) == set(WAY_OUT_NAMES) == set(WayOut)
    for guide in GUIDES.values():
        assert len(guide.meaning) < 90
        assert 3 <= len(guide.bring) <= 5
        assert guide.then.endswith("。")
