"""What a steward fills in on the quarantine's pages, read within limits and never written to the disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from schemas.fhir.parse import MAX_MESSAGE_BYTES

LARGEST_FORM = 2 * MAX_MESSAGE_BYTES + 64 * 1024
"""Bytes of a form: a document in its editor, one as a file, and the words."""

_MOST_FIELDS = 8
_LONGEST_WORDS = 500


@asynccontextmanager
async def filled_in(request: Request) -> AsyncIterator[FormData]:
    """The form of a request that is small enough.

    Raises:
        starlette.formparsers.MultiPartException: it is none.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        parser = MultiPartParser(
            request.headers,
            request.stream(),
            max_files=1,
            max_fields=_MOST_FIELDS,
            max_part_size=LARGEST_FORM,
        )
        parser.spool_max_size = LARGEST_FORM
        given = await parser.parse()
    else:
        given = await request.form()
    try:
        yield given
    finally:
        await given.close()


def is_small_enough(request: Request) -> bool:
    """Whether the request says how much it carries, and that is taken."""
    declared = request.headers.get("content-length", "")
    return declared.isascii() and declared.isdigit() and len(declared) < 20 and int(declared) <= LARGEST_FORM


async def corrected_document(given: FormData) -> bytes:
    """A file where there is one, else the editor's text, with the line ends that it had before the browser's."""
    file, text = given.get("file"), given.get("document")
    if isinstance(file, UploadFile) and file.size:
        return await file.read()
    return text.replace("\r\n", "\n").encode() if isinstance(text, str) else b""


def words(given: FormData, name: str) -> str:
    """A field's words, on one line."""
    value = given.get(name)
    return " ".join(value.split())[:_LONGEST_WORDS] if isinstance(value, str) else ""
