"""Accounts and signing in, on both databases."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from mapsvc.domain.actors import SYSTEM, Actor, Role
from mapsvc.errors import Conflict, Forbidden, NotFound, NotSignedIn, Refused, TooMany
from mapsvc.operations import accounts, signing_in
from mapsvc.operations.workspace import Workspace
from mapsvc.store import audit, tables
from tests.support.clock import FixedClock

GOOD = "一只猫过了岚皋路"
HOME, OFFICE = "10.0.0.7", "10.0.0.8"
AS_SHIPPED = signing_in._hasher


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of guesses are made here: each at the least that Argon2 takes."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing_in, "_hasher", lambda: light)


def test_a_guess_costs_at_least_what_owasp_names() -> None:
    shipped = AS_SHIPPED()
    assert (shipped.time_cost, shipped.type.name) == (2, "ID")
    assert shipped.memory_cost >= 19 * 1024


@pytest.fixture
def secretary(workspace: Workspace) -> Actor:
    """王书记, with a password."""
    return accounts.add_account(workspace, SYSTEM, "王书记", Role.SECRETARY, password=GOOD).actor


def test_a_password_opens_a_session_and_its_cookie_names_the_person(workspace: Workspace, secretary: Actor) -> None:
    done = signing_in.sign_in(workspace, "王书记", GOOD, HOME)
    visitor = signing_in.by_cookie(workspace, signing_in.cookie_value(workspace, done.secret))
    assert visitor.session.account.actor == secretary
    assert visitor.renewed is None


def test_no_secret_is_stored(workspace: Workspace, secretary: Actor) -> None:
    done = signing_in.sign_in(workspace, "王书记", GOOD, HOME)
    _, token = accounts.create_token(workspace, secretary, Role.WORKER, "巡更机")
    link = accounts.one_time_link(workspace, secretary, done.session.account.id)
    stored = (tables.session, tables.token, tables.one_time_sign_in, tables.account)
    with workspace.read() as conn:
        told = str([tuple(row) for table in stored for row in conn.execute(select(table))])
    assert "argon2id" in told
    for secret in (done.secret, token, link.secret, GOOD):
        assert secret not in told


def test_an_altered_or_foreign_cookie_is_nobody(workspace: Workspace, secretary: Actor) -> None:
    value = signing_in.cookie_value(workspace, signing_in.sign_in(workspace, "王书记", GOOD, HOME).secret)
    secret, seen, seal = value.split(".")
    for bad in ("", "x", "a.b.c", f"{secret}.{int(seen, 16) + 60:x}.{seal}", f"{secret}.{seen}.{seal[:-1]}0x", "…"):
        with pytest.raises(NotSignedIn):
            signing_in.by_cookie(workspace, bad)


def test_a_session_ends_when_idle_and_goes_on_when_used(
    workspace: Workspace, secretary: Actor, clock: FixedClock
) -> None:
    value = signing_in.cookie_value(workspace, signing_in.sign_in(workspace, "王书记", GOOD, HOME).secret)
    clock.advance(hours=11)
    renewed = signing_in.by_cookie(workspace, value).renewed
    assert renewed
    clock.advance(hours=11)
    with pytest.raises(NotSignedIn):
        signing_in.by_cookie(workspace, value)
    assert signing_in.by_cookie(workspace, renewed).session.account.login == "王书记"


def test_no_session_lives_for_ever(workspace: Workspace, secretary: Actor, clock: FixedClock) -> None:
    value = signing_in.cookie_value(workspace, signing_in.sign_in(workspace, "王书记", GOOD, HOME).secret)
    for _ in range(14 * 3 - 1):
        clock.advance(hours=8)
        value = signing_in.by_cookie(workspace, value).renewed or value
    clock.advance(hours=8)
    with pytest.raises(NotSignedIn):
        signing_in.by_cookie(workspace, value)


def test_signing_out_everywhere_ends_all_browsers(workspace: Workspace, secretary: Actor) -> None:
    done = [signing_in.sign_in(workspace, "王书记", GOOD, HOME) for _ in range(2)]
    values = [signing_in.cookie_value(workspace, d.secret) for d in done]
    signing_in.sign_out_everywhere(workspace, done[0].session)
    for value in values:
        with pytest.raises(NotSignedIn):
            signing_in.by_cookie(workspace, value)


def guess(ws: Workspace, login: str, source: str, times: int) -> int:
    """Guess wrongly; how many guesses were looked at before being told to wait."""
    for n in range(times):
        try:
            signing_in.sign_in(ws, login, f"wrong-{n}", source)
        except TooMany:
            return n
        except Refused:
            continue
    return times


def test_a_guesser_waits_and_the_owner_gets_in_from_elsewhere(workspace: Workspace, secretary: Actor) -> None:
    assert guess(workspace, "王书记", OFFICE, 50) == 5
    with pytest.raises(TooMany) as waiting:
        signing_in.sign_in(workspace, "王书记", GOOD, OFFICE)
    assert waiting.value.extra["retry_after_s"] == 5
    assert signing_in.sign_in(workspace, "王书记", GOOD, HOME).session.account.login == "王书记"


def test_waits_grow_with_each_wrong_guess_and_end(workspace: Workspace, secretary: Actor, clock: FixedClock) -> None:
    guess(workspace, "王书记", OFFICE, 50)
    waits = []
    for _ in range(4):
        with pytest.raises(TooMany) as waiting:
            signing_in.sign_in(workspace, "王书记", "wrong", OFFICE)
        waits.append(int(str(waiting.value.extra["retry_after_s"])))
        clock.advance(seconds=waits[-1])
        with pytest.raises(Refused):
            signing_in.sign_in(workspace, "王书记", "wrong", OFFICE)
    assert waits == [5, 10, 20, 40]
    clock.advance(minutes=31)
    assert signing_in.sign_in(workspace, "王书记", GOOD, OFFICE)


def test_one_source_cannot_try_many_logins(workspace: Workspace, secretary: Actor) -> None:
    looked_at = sum(guess(workspace, f"user{n}", OFFICE, 2) for n in range(40))
    assert looked_at == 20
    assert signing_in.sign_in(workspace, "王书记", GOOD, HOME)


def test_a_wrong_password_and_an_unknown_login_sound_the_same(workspace: Workspace, secretary: Actor) -> None:
    with pytest.raises(Refused) as wrong:
        signing_in.sign_in(workspace, "王书记", "wrong", HOME)
    with pytest.raises(Refused) as unknown:
        signing_in.sign_in(workspace, "没有这人", "wrong", HOME)
    assert str(wrong.value) == str(unknown.value)


def test_a_one_time_link_works_once_and_only_in_time(workspace: Workspace, secretary: Actor, clock: FixedClock) -> None:
    made = accounts.add_account(workspace, secretary, "xiaochen", Role.WORKER, "小陈")
    first = accounts.one_time_link(workspace, secretary, made.id)
    second = accounts.one_time_link(workspace, secretary, made.id)
    with pytest.raises(NotSignedIn):
        signing_in.sign_in_once(workspace, first.secret)
    assert signing_in.whose_link(workspace, second.secret).name == "小陈"
    assert signing_in.sign_in_once(workspace, second.secret).session.account.id == made.id
    with pytest.raises(NotSignedIn):
        signing_in.sign_in_once(workspace, second.secret)
    third = accounts.one_time_link(workspace, secretary, made.id)
    clock.advance(hours=25)
    with pytest.raises(NotSignedIn):
        signing_in.sign_in_once(workspace, third.secret)


def test_disabling_ends_sessions_links_and_tokens_at_once(workspace: Workspace, secretary: Actor) -> None:
    made = accounts.add_account(workspace, secretary, "xiaochen", Role.WORKER, "小陈", GOOD)
    value = signing_in.cookie_value(workspace, signing_in.sign_in(workspace, "xiaochen", GOOD, HOME).secret)
    _, token = accounts.create_token(workspace, secretary, Role.WORKER, "手机", "xiaochen")
    link = accounts.one_time_link(workspace, secretary, made.id)
    assert signing_in.by_token(workspace, token).actor.person_id == made.person_id
    accounts.disable_account(workspace, secretary, made.id)
    for use in (
        lambda: signing_in.by_cookie(workspace, value),
        lambda: signing_in.by_token(workspace, token),
        lambda: signing_in.sign_in_once(workspace, link.secret),
    ):
        with pytest.raises(NotSignedIn):
            use()
    with pytest.raises(Refused):
        signing_in.sign_in(workspace, "xiaochen", GOOD, HOME)


def test_a_role_changes_at_once_for_browsers_signed_in(workspace: Workspace, secretary: Actor) -> None:
    made = accounts.add_account(workspace, secretary, "xiaochen", Role.WORKER, "小陈", GOOD)
    value = signing_in.cookie_value(workspace, signing_in.sign_in(workspace, "xiaochen", GOOD, HOME).secret)
    accounts.change_role(workspace, secretary, made.id, Role.VOLUNTEER)
    assert signing_in.by_cookie(workspace, value).session.account.role is Role.VOLUNTEER


def test_a_revoked_token_is_nobody(workspace: Workspace, secretary: Actor) -> None:
    made, secret = accounts.create_token(workspace, secretary, Role.OFFICE, "大屏")
    assert signing_in.by_token(workspace, secret).actor.role is Role.OFFICE
    accounts.revoke_token(workspace, secretary, made.id[:12])
    with pytest.raises(NotSignedIn):
        signing_in.by_token(workspace, secret)
    with pytest.raises(NotFound):
        accounts.revoke_token(workspace, secretary, made.id[:12])


def test_no_token_passes_for_the_program_itself(workspace: Workspace) -> None:
    _, secret = accounts.create_token(workspace, SYSTEM, Role.VOLUNTEER, "系统")
    actor = signing_in.by_token(workspace, secret).actor
    assert actor != SYSTEM
    with pytest.raises(Forbidden):
        accounts.list_accounts(workspace, actor)


def test_a_worker_manages_nobody_and_a_secretary_no_admin(workspace: Workspace, secretary: Actor) -> None:
    admin = accounts.add_account(workspace, SYSTEM, "root", Role.ADMIN)
    worker = accounts.add_account(workspace, secretary, "xiaochen", Role.WORKER).actor
    with pytest.raises(Forbidden):
        accounts.add_account(workspace, worker, "friend", Role.WORKER)
    for attempt in (
        lambda: accounts.add_account(workspace, secretary, "root2", Role.ADMIN),
        lambda: accounts.one_time_link(workspace, secretary, admin.id),
        lambda: accounts.disable_account(workspace, secretary, admin.id),
        lambda: accounts.change_role(workspace, secretary, admin.id, Role.WORKER),
        lambda: accounts.create_token(workspace, secretary, Role.ADMIN, "x"),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_somebody_who_manages_accounts_is_always_left(workspace: Workspace, secretary: Actor) -> None:
    own = accounts.account_called(workspace, "王书记")
    with pytest.raises(Refused, match="最后一个"):
        accounts.disable_account(workspace, SYSTEM, own.id)
    with pytest.raises(Refused, match="最后一个"):
        accounts.change_role(workspace, SYSTEM, own.id, Role.WORKER)
    accounts.add_account(workspace, SYSTEM, "root", Role.ADMIN)
    assert accounts.disable_account(workspace, SYSTEM, own.id).login == "王书记"


def test_nobody_disables_their_own_account(workspace: Workspace, secretary: Actor) -> None:
    accounts.add_account(workspace, SYSTEM, "root", Role.ADMIN)
    with pytest.raises(Refused, match="自己"):
        accounts.disable_account(workspace, secretary, accounts.account_called(workspace, "王书记").id)


def test_a_colleague_of_the_ledger_keeps_their_person(workspace: Workspace, secretary: Actor) -> None:
    first = accounts.add_account(workspace, secretary, "chen", Role.WORKER, "小陈")
    again = accounts.add_account(workspace, secretary, "chen-phone", Role.WORKER, "小陈")
    assert first.person_id == again.person_id
    with pytest.raises(Conflict):
        accounts.add_account(workspace, secretary, "chen", Role.WORKER, "另一个")


@pytest.mark.parametrize("login", ["", "  ", "两 个字", "<b>", "a" * 61, "a\nb"])
def test_an_unfit_login_is_named_beside_its_field(workspace: Workspace, secretary: Actor, login: str) -> None:
    with pytest.raises(Refused) as refused:
        accounts.add_account(workspace, secretary, login, Role.WORKER)
    assert [p.field for p in refused.value.problems] == ["login"]


def test_a_new_password_signs_other_browsers_out(workspace: Workspace, secretary: Actor) -> None:
    here = signing_in.sign_in(workspace, "王书记", GOOD, HOME)
    there = signing_in.sign_in(workspace, "王书记", GOOD, OFFICE)
    with pytest.raises(Refused, match="现在的密码"):
        accounts.change_password(workspace, here.session, "wrong", "两只猫过了岚皋路")
    accounts.change_password(workspace, here.session, GOOD, "两只猫过了岚皋路")
    assert signing_in.by_cookie(workspace, signing_in.cookie_value(workspace, here.secret))
    with pytest.raises(NotSignedIn):
        signing_in.by_cookie(workspace, signing_in.cookie_value(workspace, there.secret))


def test_what_managers_do_is_in_the_chain(workspace: Workspace, secretary: Actor) -> None:
    accounts.add_account(workspace, secretary, "xiaochen", Role.WORKER)
    with workspace.read() as conn:
        done = list(conn.execute(select(tables.audit.c.action).order_by(tables.audit.c.id)).scalars())
        assert audit.verify(conn).is_whole
    assert done[-1] == "add_account"


def test_attempts_are_forgotten_after_a_while(workspace: Workspace, secretary: Actor, clock: FixedClock) -> None:
    guess(workspace, "王书记", OFFICE, 4)
    clock.advance(timedelta(days=1))
    signing_in.sign_in(workspace, "王书记", GOOD, HOME)
    with workspace.read() as conn:
        assert len(conn.execute(select(tables.sign_in_attempt)).all()) == 1
