"""The watch over every browser test sees what must not happen, or no test would fail for it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import Watch, chinese_is_drawn

HOST = "127.0.0.1:1"
OTHER = "http://127.0.0.1:9/"


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, Watch]]:
    """An empty page and its watch, outside the fixture that fails tests."""
    context = browser.new_context()
    yield context.new_page(), Watch(context, HOST)
    context.close()


def test_it_sees_a_console_error(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.evaluate("console.error('broken')")
    assert [f for f in watch.unexpected() if "broken" in f]


def test_it_sees_an_uncaught_error(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.evaluate("new Promise(done => { setTimeout(() => { setTimeout(done, 50); throw new Error('loose') }) })")
    assert [f for f in watch.unexpected() if "loose" in f]


def test_it_sees_a_request_to_another_host(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.evaluate(f"fetch('{OTHER}').catch(() => 0)")
    assert [f for f in watch.unexpected() if f == f"other host: {OTHER}"]


def test_it_sees_a_violation_of_the_content_security_policy(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    page.set_content("<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>")
    assert [f for f in watch.unexpected() if "Content Security Policy" in f]


def test_it_lets_pass_what_a_test_allows(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    watch.allow("expected")
    page.evaluate("console.error('expected')")
    assert watch.unexpected() == []


def test_chinese_is_drawn_with_a_real_font(watched: tuple[Page, Watch]) -> None:
    assert chinese_is_drawn(watched[0])
