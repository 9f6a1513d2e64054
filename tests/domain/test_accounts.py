"""Waits of guessers, passwords, and who may give which role."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.accounts import LONGEST_WAIT_S, may_grant, password_fault, wait_s
from mapsvc.domain.actors import SYSTEM, Actor, Role


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_waits_grow_and_never_pass_the_longest(failures: int, free: int) -> None:
    assert wait_s(failures, free) <= wait_s(failures + 1, free) <= LONGEST_WAIT_S
    assert (wait_s(failures, free) == 0) == (failures < free)


@pytest.mark.parametrize("password", ["short", "12121212", "wangshuji", "x" * 201])
def test_a_password_easily_guessed_is_refused(password: str) -> None:
    assert password_fault(password, "WangShuji")


def test_a_sentence_is_a_good_password() -> None:
    assert password_fault("下雨天记得收伞", "王书记") is not None
    assert password_fault("下雨天记得收好伞", "王书记") is None


def test_only_an_admin_makes_admins_and_only_managers_make_anybody() -> None:
    assert may_grant(SYSTEM, Role.ADMIN)
    for role in Role:
        actor = Actor("p", "某人", role)
        assert may_grant(actor, Role.ADMIN) == (role is Role.ADMIN)
        assert may_grant(actor, Role.WORKER) == (role in (Role.ADMIN, Role.SECRETARY))
