"""Bodies are made once, shared, and dropped when there is no more room."""

import pytest

from mapsvc.web.caching import BodyCache


def maker(calls: list[str], name: str, size: int = 10) -> bytes:
    calls.append(name)
    return name.encode() * size


def test_a_body_is_made_once() -> None:
    cache, calls = BodyCache(), []
    for _ in range(3):
        assert cache.get("a", lambda: maker(calls, "a")).plain == b"a" * 10
    assert calls == ["a"]


def test_the_body_unused_longest_goes_first() -> None:
    import random

    noise = random.Random(1).randbytes(1_000)
    cache = BodyCache(room=2_500)
    for name in ("a", "b"):
        cache.get(name, lambda: noise)
    cache.get("a", lambda: noise)
    cache.get("c", lambda: noise)
    made: list[str] = []
    cache.get("a", lambda: maker(made, "a"))
    cache.get("b", lambda: maker(made, "b"))
    assert made == ["b"]


def test_one_body_larger_than_the_room_is_still_answered() -> None:
    cache = BodyCache(room=1)
    assert cache.get("a", lambda: b"x" * 1000).plain == b"x" * 1000
    assert len(cache) == 1


def test_a_body_that_cannot_be_made_leaves_nothing_behind() -> None:
    cache = BodyCache()
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: bytes(1 // 0))
    assert cache.get("a", lambda: b"well").plain == b"well"
