"""A sheet as a browser's form or a partner's program sends it: multipart/form-data (RFC 7578), within the limit."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from schemas.uploads.refusal import SheetRefused
from schemas.uploads.sheet import MAX_BYTES, too_large

_AROUND = 64 * 1024
"""What the form may have beside the file: its other fields and the lines between."""

_LONGEST_READ = 8 * MAX_BYTES
"""How much of a file that is too large is still read away: a browser that is cut off shows no answer."""

_CHOOSE = "Choose a .csv or .xlsx file, and send it as the field “file” of the form."


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What was filled in."""

    kind: str
    organisation: str
    filename: str
    body: bytes


async def read_form(request: Request) -> SheetForm:
    """The form that the request carries.

    Raises:
        SheetRefused: it is no such form (415, 400), has no file (400), or is too large (413).
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise SheetRefused("The sheet is not sent as a form.", "Send it as multipart/form-data.", 415)
    parser = MultiPartParser(request.headers, _within_limit(request), max_files=1, max_fields=8)
    parser.spool_max_size = MAX_BYTES + _AROUND  # what people's sheets say is not written to the disk
    try:
        form = await parser.parse()
    except MultiPartException:
        raise SheetRefused("The form cannot be read.", _CHOOSE, 400) from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise SheetRefused("No file was chosen.", _CHOOSE, 400)
        said = {name: str(form.get(name, "")) for name in ("kind", "organisation")}
        return SheetForm(**said, filename=file.filename, body=await file.read())
    finally:
        await form.close()


async def _within_limit(request: Request) -> AsyncGenerator[bytes, None]:
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > _LONGEST_READ:
        raise too_large()
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _LONGEST_READ:
            break
        if size <= MAX_BYTES + _AROUND:
            yield part
    if size > MAX_BYTES + _AROUND:
        raise too_large()
