"""The forms that pages send: how they come, how large they may be, and what is read from a field."""

from typing import NamedTuple

from starlette.datastructures import FormData
from starlette.requests import Request

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Forms(NamedTuple):
    """What is taken for a form."""

    types: tuple[str, ...]
    """As Content-Type says."""
    largest: int
    """Bytes."""

    def take(self, request: Request) -> bool:
        """Whether a request says that it is such a form, and no larger."""
        declared = request.headers.get("content-length", "")
        is_number = declared.isascii() and declared.isdigit() and len(declared) < 20
        is_form = request.headers.get("content-type", "").lower().startswith(self.types)
        return is_form and is_number and int(declared) <= self.largest


def done_by(request: Request, given: FormData, longest: int) -> str:
    """Who does what the form asks for: the name by which they signed in, or, where nobody said it, what they give."""
    name: str = request.state.reader.name
    return name or one_line(given, "by", longest)


def one_line(given: FormData, name: str, longest: int) -> str:
    """A field's words on one line, of which the first `longest` characters count."""
    value = given.get(name)
    return " ".join(value.split())[:longest] if isinstance(value, str) else ""
