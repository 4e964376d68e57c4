"""Who rules is whoever is signed in; a name is asked for, and counts, where nobody said theirs."""

from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.domain.access.reader import Reader, Role
from services.platform.pages import Frame
from services.review.form import filled_in


def sent(name: str, **fields: str) -> Request:
    """A form from a steward whose sign-in says this name."""
    body = urlencode(fields).encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    request.state.reader = Reader(Role.STEWARD, "", "u-1", name)
    return request


@pytest.mark.parametrize(
    ("signed_in_as", "given", "who"),
    [("Ash Lowe", "Mallory", "Ash Lowe"), ("Ash Lowe", "", "Ash Lowe"), ("", " Jo  Marsh ", "Jo Marsh")],
)
async def test_who_rules(signed_in_as: str, given: str, who: str) -> None:
    """What is typed outranks no sign-in."""
    form = await filled_in(sent(signed_in_as, by=given, reason="Spoke to both", verdict="same"))
    assert (form.by, form.errors) == (who, {})


async def test_somebody_rules() -> None:
    """Where nobody is known the form says so."""
    form = await filled_in(sent("", by=" ", reason="Spoke to both", verdict="same"))
    assert form.errors.keys() == {"by"}


@pytest.mark.parametrize(("signed_in_as", "asks"), [("Ash Lowe", False), ("", True)])
def test_a_name_is_asked_for_where_none_is_known(signed_in_as: str, asks: bool) -> None:
    """Else the page says as whom it is done."""
    template = Frame("services.review")._templates.get_template("your_name.html")
    shown = str(vars(template.module)["your_name"]("by", signed_in_as))
    assert ("Your name" in shown) is asks
    assert ("Ash Lowe" in shown) is not asks
