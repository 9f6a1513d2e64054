"""What holds for every text that can be typed."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.policies import PolicyEntry
from mapsvc.policy.folding import fold
from mapsvc.policy.index import Index
from tests.policy.shelf import entries, ids, index
from tests.policy.writing import TRADITIONAL, full_width

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
SAID = st.sampled_from([text for entry in entries() for text in (*entry.questions, entry.title, *entry.tags)])
LETTERS = st.text(st.characters(min_codepoint=ord("a"), max_codepoint=ord("z")), max_size=30)
PARTS = st.one_of(st.text(max_size=20), st.text(HAN, max_size=12), SAID, LETTERS)
TYPED = st.lists(PARTS, max_size=4).map(" ".join)
ENTRY = st.sampled_from(entries())


@settings(max_examples=120)
@given(TYPED, st.integers(-1, 12))
def test_any_text_is_answered_with_at_most_as_many_as_asked_for(q: str, limit: int) -> None:
    found = index().find(q, limit)
    assert len(found.hits) <= max(limit, 0)
    assert all(0.0 <= hit.score <= 1.0 and hit.question in hit.entry.questions for hit in found.hits)
    assert len({hit.entry.id for hit in found.hits}) == len(found.hits)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert found.hits or found.meant is None


@settings(max_examples=30)
@given(TYPED)
def test_the_same_entries_give_the_same_answer(q: str) -> None:
    again = Index(entries()[:6])
    assert Index(entries()[:6]).find(q) == again.find(q) == again.find(q)


@settings(max_examples=120)
@given(TYPED)
def test_marks_lie_in_the_question_in_order_and_apart(q: str) -> None:
    for hit in index().find(q).hits:
        ends = [place for mark in hit.marks for place in mark]
        assert ends == sorted(set(ends))
        assert all(0 <= begin < end <= len(hit.question) for begin, end in hit.marks)


@settings(max_examples=100)
@given(SAID, st.data())
def test_what_was_typed_is_marked_where_it_stands(said: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, max(len(said) - 2, 0)))
    q = said[begin : begin + data.draw(st.integers(2, 8))].strip("？，。、“” ")
    for hit in index().find(q).hits:
        at = hit.question.find(q) if len(q) > 1 and q.isalpha() else -1
        if at >= 0 and all("\u4e00" <= char <= "\u9fff" for char in q):
            marked = {place for begin, end in hit.marks for place in range(begin, end)}
            assert marked >= set(range(at, at + len(q)))


@settings(max_examples=100)
@given(TYPED)
def test_full_width_is_as_good_as_half_width(q: str) -> None:
    assert index().find(full_width(q)).hits == index().find(q).hits


@settings(max_examples=100)
@given(TYPED)
def test_traditional_characters_are_as_good_as_simplified_ones(q: str) -> None:
    typed = q.translate(TRADITIONAL)
    assert fold(typed).text == fold(q).text
    assert index().find(typed).hits == index().find(q).hits


@settings(max_examples=100)
@given(TYPED)
def test_capitals_are_as_good_as_small_letters(q: str) -> None:
    assert index().find(q.upper().lower()).hits == index().find(q.upper()).hits


@settings(max_examples=25)
@given(ENTRY, st.lists(st.text(HAN, min_size=4, max_size=14), min_size=3, max_size=6, unique=True))
def test_an_unrelated_entry_more_drops_none_from_the_first_three_for_its_title(
    entry: PolicyEntry, words: list[str]
) -> None:
    other = PolicyEntry(
        "other", "其他", words[0], (words[1],), words[2], "指南", date(2026, 1, 1), tags=tuple(words[3:])
    )
    found = Index([other, *entries()]).find(entry.title, 3)
    assert entry.id in {hit.entry.id for hit in found.hits}


@settings(max_examples=25)
@given(
    ENTRY,
    st.sampled_from(["请问", "您好，", "老师，", "麻烦问下", "想问问"]),
    st.sampled_from(["谢谢", "，急", "？？", "呀"]),
)
def test_a_greeting_and_thanks_change_nothing_about_the_first(entry: PolicyEntry, before: str, after: str) -> None:
    assert ids(before + entry.title + after)[0] == entry.id
