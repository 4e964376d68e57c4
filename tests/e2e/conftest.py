"""One Chromium for the tests of a module, and browsers in it that ask for nothing from elsewhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from tests.e2e.browser import Visit, chromium, visit
from tests.stack import RunningStack


@pytest.fixture(scope="module")
def stack(shared_stack: RunningStack) -> RunningStack:
    """The stack of the module, which fills it with what its tests look at."""
    return shared_stack


@pytest.fixture(scope="module")
def browser(stack: RunningStack) -> Iterator[Browser]:
    """One Chromium for all the tests, started when nothing else needs the event loop any more."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def session(stack: RunningStack, browser: Browser) -> StorageState:
    """What a browser keeps after signing in."""
    with visit(browser) as first:
        first.page.goto(stack.run("sign-in").stdout.strip())
        return first.page.context.storage_state()


@pytest.fixture
def guest(stack: RunningStack, browser: Browser) -> Iterator[Visit]:
    """A browser that is not signed in."""
    with visit(browser) as found:
        yield found
        _kept_to_itself(found, stack)


@pytest.fixture
def signed_in(stack: RunningStack, browser: Browser, session: StorageState) -> Iterator[Visit]:
    """A browser that is signed in, on no page yet."""
    with visit(browser, session) as found:
        yield found
        _kept_to_itself(found, stack)


def _kept_to_itself(found: Visit, stack: RunningStack) -> None:
    """Whatever the pages asked for came from the stack's own origin, and the browser complained of nothing."""
    assert found.requests
    elsewhere = [url for url in found.requests if not url.startswith(f"{stack.book.http}/")]
    assert (elsewhere, found.complaints) == ([], [])
