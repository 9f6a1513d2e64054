"""Cut off and back, in every way: nothing that was said is lost, nothing is taken in twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mapsvc.config import Settings
from mapsvc.domain.actors import SYSTEM
from mapsvc.errors import MapsvcError
from mapsvc.operations.exchange import rounds
from mapsvc.operations.exchange.letters import BadLetter
from mapsvc.operations.exchange.network import Unreachable
from mapsvc.operations.surface import post
from mapsvc.operations.surface.space import Space
from tests.support.clock import FixedClock
from tests.support.exchange import KEY, Both

FAULTS = ("lost_out", "lost_back", "twice", "replayed", "killed_taking", "killed_after", "none")
FILES = ("outside_writes", "inside_writes", "inside_takes", "outside_takes")


class Killed(BaseException):
    """The process is gone at this very point."""


@dataclass
class Wire:
    """A network that behaves badly, once."""

    both: Both
    fault: str
    seen: list[bytes] = field(default_factory=list)

    def __call__(self, raw: bytes) -> bytes:
        fault, self.fault = self.fault, "none"
        if fault == "lost_out":
            raise Unreachable("lost")
        answer = self.both.deliver(raw)
        if fault == "lost_back":
            raise Unreachable("lost")
        if fault == "twice":
            with pytest.raises(BadLetter):
                self.both.deliver(raw)
        if fault == "replayed":
            for old in self.seen:
                with pytest.raises(BadLetter):
                    self.both.deliver(old)
        self.seen.append(raw)
        return answer


def run(both: Both, wire: Wire, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One exchange in which something goes wrong."""
    wire.fault = fault
    with monkeypatch.context() as patched:
        if fault == "killed_taking":
            patched.setattr(rounds, "take", _dying(rounds.take))
        if fault == "killed_after":
            patched.setattr(rounds, "refuse_unreadable", _gone)
            patched.setattr(rounds, "_note", _gone)
        try:
            both.exchange(wire)
        except (MapsvcError, Killed):
            return


def _dying(take: Callable[..., None]) -> Callable[..., None]:
    def once(*arguments: object) -> None:
        take(*arguments)
        raise Killed

    return once


def _gone(*_: object) -> None:
    raise Killed


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, 3)),
        st.tuples(st.just("exchange"), st.sampled_from(FAULTS)),
        st.tuples(st.just("file"), st.tuples(st.sampled_from(FILES), st.integers(0, 3))),
    ),
    min_size=2,
    max_size=10,
)


def after_each_fault(test: Callable[..., None]) -> Callable[..., None]:
    """Each fault once with several things waiting, whatever is drawn besides."""
    for fault in FAULTS:
        test = example(steps=[("say", 3), ("exchange", fault), ("say", 1), ("exchange", fault)])(test)
    return test


@after_each_fault
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_lost_nothing_doubled_whatever_goes_wrong(
    both: Both, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, object]]
) -> None:
    """A new public surface in every example: a store that was made anew and counts from one is one of the faults."""
    before = both.texts()
    space = Space.open(Settings(data=tmp_path / f"public{len(list(tmp_path.iterdir()))}", surface_key=KEY), clock)
    both.space, said = space, []
    wire, files = Wire(both, "none"), Files(both)
    for what, how in steps:
        clock.advance(seconds=20)
        if what == "say":
            for _ in range(int(str(how))):
                said.append(both.ask(f"{len(before)}之后的第{len(said)}问").body["text"])
        elif what == "exchange":
            run(both, wire, str(how), monkeypatch)
        else:
            assert isinstance(how, tuple)
            files.do(*how)
    clock.advance(minutes=5)
    both.exchange()
    assert both.waiting() == 0
    assert sorted([*before, *said]) == both.texts()
    space.database.close()


@dataclass
class Files:
    """Letters on a stick: written, carried late, in any order, twice."""

    both: Both
    out: list[bytes] = field(default_factory=list)
    back: list[bytes] = field(default_factory=list)

    def do(self, what: str, which: int) -> None:
        """Write a letter, or take in one that was written some time."""
        if what == "outside_writes":
            self.out.append(post.write_file(self.both.space))
        elif what == "inside_writes":
            self.back.append(rounds.write_file(self.both.ws, SYSTEM))
        elif what == "inside_takes" and self.out:
            self._take(lambda raw: rounds.take_file(self.both.ws, SYSTEM, raw), self.out[which % len(self.out)])
        elif what == "outside_takes" and self.back:
            self._take(lambda raw: post.take_file(self.both.space, raw), self.back[which % len(self.back)])

    def _take(self, take: Callable[[bytes], object], raw: bytes) -> None:
        try:
            take(raw)
        except BadLetter as error:
            assert error.code == "old_letter"


def test_files_alone_bring_everything_across(both: Both, clock: FixedClock) -> None:
    post.take_file(both.space, rounds.write_file(both.ws, SYSTEM))
    assert both.shown() is not None
    both.ask("用U盘带进来的")
    assert rounds.take_file(both.ws, SYSTEM, post.write_file(both.space)) == 1
    clock.advance(minutes=1)
    post.take_file(both.space, rounds.write_file(both.ws, SYSTEM))
    assert (both.waiting(), both.texts()) == (0, ["用U盘带进来的"])
    card = both.shown()
    assert card is not None
    assert [m.title for m in card.matters] == ["用U盘带进来的"]


def test_a_letter_on_a_stick_is_taken_once(both: Both) -> None:
    both.ask("一次")
    raw = post.write_file(both.space)
    rounds.take_file(both.ws, SYSTEM, raw)
    with pytest.raises(BadLetter, match="收过"):
        rounds.take_file(both.ws, SYSTEM, raw)
    assert both.texts() == ["一次"]


def test_an_answer_to_another_letter_is_not_taken(both: Both) -> None:
    old: list[bytes] = []

    def remembering(raw: bytes) -> bytes:
        old.append(both.deliver(raw))
        return old[-1]

    both.exchange(remembering)
    with pytest.raises(BadLetter, match="另一封"):
        both.exchange(lambda raw: old[0])


def test_hundreds_of_things_come_in_as_many_letters_as_they_need(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "MOST_SAID", 5)
    for n in range(17):
        both.ask(f"第{n}问")
    assert both.exchange() == 17
    assert both.waiting() == 0
    assert len(both.texts()) == 17


def test_large_photos_come_one_letter_each(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.operations.exchange.test_taking import picture

    monkeypatch.setattr(post, "PHOTO_ROOM", 10)
    for n in range(3):
        both.say("report", {"kind": "L0001", "text": f"第{n}处", "where": "here"}, photos=picture())
    assert both.exchange() == 3
    assert both.waiting() == 0


def test_a_full_disk_outside_loses_nothing(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    both.exchange()
    both.ask("满之前")

    def full(_: bytes) -> bytes:
        raise Unreachable("公网页面答复 507")

    with pytest.raises(Unreachable):
        both.exchange(full)
    assert both.waiting() == 1
    both.exchange()
    assert both.texts() == ["满之前"]


def test_what_was_revoked_or_settled_is_gone_outside_with_the_next_letter(both: Both) -> None:
    from mapsvc.operations.cards import make_card

    both.exchange()
    assert both.shown(both.other) is not None
    made = make_card(both.ws, both.people.secretary, "LT0002", is_lost=True)
    both.exchange()
    assert both.shown(both.other) is None
    assert both.shown(made) is not None
