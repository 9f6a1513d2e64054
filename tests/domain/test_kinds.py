"""Kinds of issues: found by code, name, short name or synonym; what is unknown is refused with the nearest names."""

import pytest

from mapsvc.domain.kinds import KINDS, find_kind, kind_named
from mapsvc.errors import Refused


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_a_kind_is_found_by_any_of_its_names(kind) -> None:
    for name in (kind.code, kind.name, kind.short_name, *kind.synonyms):
        assert find_kind(f" {name} ") is not None
    assert kind_named(kind.code) is kind


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match=r"没有“垃圾山”这类问题，是不是.*暴露垃圾.*？$"):
        kind_named("垃圾山")


def test_a_name_like_no_other_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match=r"请从问题类别里选一个。$"):
        kind_named("xyz!")
