"""Whatever is sent to a card's pages is taken or refused in words; nothing breaks."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.card_pages import ADDRESS, PublicStreet

NAMES = (
    "id", "q", "text", "topic", "policy", "name", "phone", "is_urgent", "kind", "where", "time", "undo", "before",
    "words", "topics", "rating", "thanks", "photo",
)  # fmt: skip
KNOWN = st.sampled_from(["", "1", "here", "any", "morning", "helped", "L0001", "子女入园", "0-840", "x;2", "周三忙"])
ANY = st.text(max_size=80) | KNOWN | st.just("长" * 3000)
FORMS = st.dictionaries(st.sampled_from(NAMES), ANY | st.lists(KNOWN, max_size=3), max_size=6)
QUESTIONS = st.dictionaries(st.sampled_from(["q", "topic", "kind", "done"]), ANY)
ROUTES = ("ask", "report", "times", "topics", "matters/ask-1/rating", "matters/ask-1/thanks", "matters/x/rating")
# The surface stays as it is from one example to the next: what came before must not matter.
MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(route=st.sampled_from(ROUTES), form=FORMS, is_plain=st.booleans())
def test_any_form_is_taken_or_refused(
    public_street: PublicStreet, route: str, form: dict[str, str | list[str]], is_plain: bool
) -> None:
    public_street.clock.advance(hours=2)
    kind = "application/x-www-form-urlencoded" if is_plain else "multipart/form-data"
    answer = public_street.phone().post(f"{ADDRESS}/{route}", data=form, content_type=kind)
    assert answer.status_code in (303, 404, 422), (route, form)
    if answer.status_code == 303:
        assert public_street.phone().get(answer.headers["Location"].partition("#")[0]).status_code == 200


@MANY
@given(route=st.sampled_from(["answers", "report", ""]), asked=QUESTIONS)
def test_any_question_in_an_address_gets_a_page(public_street: PublicStreet, route: str, asked: dict[str, str]) -> None:
    answer = public_street.phone().get(f"{ADDRESS}/{route}".rstrip("/"), query_string=asked)
    has_nul = any("\x00" in value for value in asked.values())
    assert answer.status_code == (400 if has_nul else 200)
