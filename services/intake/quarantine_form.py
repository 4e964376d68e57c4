"""What a steward fills in on the quarantine's pages, read within limits and never written to the disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from schemas.fhir.parse import MAX_MESSAGE_BYTES
from services.platform.forms import MULTIPART, URLENCODED, Forms, done_by, one_line

FORMS = Forms((URLENCODED, MULTIPART), largest=2 * MAX_MESSAGE_BYTES + 64 * 1024)
"""A document in its editor, one as a file, and the words."""

_MOST_FIELDS = 8
_LONGEST_WORDS = 500


class NotAForm(ValueError):
    """The form could not be read."""


@asynccontextmanager
async def filled_in(request: Request) -> AsyncIterator[FormData]:
    """The form of a request that is small enough.

    Raises:
        NotAForm: it is none.
    """
    if request.headers.get("content-type", "").lower().startswith(MULTIPART):
        given = await _read_multipart(request)
    else:
        given = await request.form()
    try:
        yield given
    finally:
        await given.close()


async def corrected_document(given: FormData) -> bytes:
    """A file where there is one, else the editor's text, with the line ends that it had before the browser's."""
    file, text = given.get("file"), given.get("document")
    if isinstance(file, UploadFile) and file.size:
        return await file.read()
    return text.replace("\r\n", "\n").encode() if isinstance(text, str) else b""


def words(given: FormData, name: str) -> str:
    """A field's words, on one line."""
    return one_line(given, name, _LONGEST_WORDS)


def done_by_whom(request: Request, given: FormData) -> str:
    """Who does what the form asks for."""
    return done_by(request, given, _LONGEST_WORDS)


async def _read_multipart(request: Request) -> FormData:
    try:
        parser = MultiPartParser(
            request.headers,
            request.stream(),
            max_files=1,
            max_fields=_MOST_FIELDS,
            max_part_size=FORMS.largest,
        )
        parser.spool_max_size = FORMS.largest
        return await parser.parse()
    except MultiPartException:
        raise NotAForm(NotAForm.__doc__) from None
