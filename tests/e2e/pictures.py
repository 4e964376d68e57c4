"""The pictures of the README: a test takes each, and it is kept beside the words that stood where it was taken."""

from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page

from tests.e2e.browser import WIDE

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 250_000
"""In bytes: what a reader of the README waits for."""

_MARGIN = 10
"""Less than what is between two things on a page."""


def picture_is_of(page: Page, name: str, *parts: Locator, take: bool) -> None:
    """The picture of this name shows the words that these parts of the page say now.

    Fonts differ from machine to machine, so words are compared and not pixels. `take`: it is taken anew first.

    Raises:
        AssertionError: it does not, or there is none, or it is too large.
    """
    picture, beside = PICTURES / f"{name}.png", PICTURES / f"{name}.txt"
    said = "".join(
        f"{line.strip()}\n" for part in parts for line in part.inner_text().splitlines() if line.strip()
    )
    if take:
        PICTURES.mkdir(exist_ok=True)
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=picture, full_page=True, clip=_around(parts))
        beside.write_text(said)
    assert picture.exists(), f"There is no {picture}: run this test with --take-pictures."
    assert picture.stat().st_size < LARGEST
    assert beside.read_text() == said, f"The page has changed: take {picture} with --take-pictures."


def _around(parts: tuple[Locator, ...]) -> FloatRect:
    """The whole width of the page, from the first of the parts to the last."""
    boxes = [box for part in parts if (box := part.bounding_box())]
    top = max(min(box["y"] for box in boxes) - _MARGIN, 0)
    bottom = max(box["y"] + box["height"] for box in boxes) + _MARGIN
    return {"x": 0, "y": top, "width": WIDE["width"], "height": bottom - top}
