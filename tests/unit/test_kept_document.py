"""What an identity provider says seldom is kept: through an outage, not for ever, and never asked for without end."""

import asyncio

import pytest

from services.platform.provider_http import (
    FRESH_SECONDS,
    KEPT_SECONDS,
    PAUSE_SECONDS,
    Document,
    KeptDocument,
    ProviderAway,
)


class Source:
    """A provider that counts how often it is asked, by a clock that stands still."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked = 0
        self.is_down = False
        self.lasts = 0.0
        """Seconds until it answers."""
        self.kept = KeptDocument(self._read, lambda: self.now)

    async def _read(self) -> Document:
        self.asked += 1
        self.now += self.lasts
        if self.is_down:
            raise ProviderAway("down")
        return {"version": self.asked}


async def test_an_outage_of_five_minutes_is_not_noticed() -> None:
    """However old the document was when it began, and whoever asks for a fresh one meanwhile."""
    source = Source()
    assert await source.kept.get() == {"version": 1}
    source.now += FRESH_SECONDS - 1
    source.is_down = True
    for _ in range(30):
        source.now += PAUSE_SECONDS
        assert await source.kept.get(afresh=True) == {"version": 1}
    source.is_down = False
    source.now += PAUSE_SECONDS
    assert await source.kept.get() != {"version": 1}


async def test_what_is_older_than_an_hour_serves_no_more() -> None:
    """A key that the provider gave up long ago opens nothing."""
    source = Source()
    await source.kept.get()
    source.is_down = True
    source.now += KEPT_SECONDS - 1
    await source.kept.get()
    source.now += 1
    with pytest.raises(ProviderAway):
        await source.kept.get()


async def test_it_is_asked_for_once_in_a_while() -> None:
    """Neither a hundred sign-ins nor a hundred unknown keys make a hundred questions, up or down."""
    source = Source()
    for _ in range(100):
        await source.kept.get(afresh=True)
    assert source.asked == 1
    source.now += PAUSE_SECONDS
    for _ in range(100):
        await source.kept.get(afresh=True)
    assert source.asked == 2
    down = Source()
    down.is_down = True
    for _ in range(100):
        with pytest.raises(ProviderAway):
            await down.kept.get()
    assert down.asked == 1
    down.is_down = False
    down.now += PAUSE_SECONDS
    assert await down.kept.get() == {"version": 2}


async def test_a_provider_that_hangs_is_waited_for_once() -> None:
    """Whoever came meanwhile is told at once, and does not wait as long again each in their turn."""
    source = Source()
    source.is_down, source.lasts = True, PAUSE_SECONDS
    asked = [source.kept.get() for _ in range(20)]
    faults = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, ProviderAway) for one in faults)
    assert source.asked == 1
    source.now += PAUSE_SECONDS
    source.is_down = False
    assert await source.kept.get() == {"version": 2}
