"""`carethread quarantine`: the steward's workshop on the command line.

It prints what senders sent, on purpose: it is for the eyes of whoever puts a message right, and no log.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import click
import typer

from services import beside, show
from services.beside import DataDir, Json
from services.domain.access.audited import Kind

if TYPE_CHECKING:
    from services.intake.quarantine import Quarantined
    from services.platform.embedded.address_book import AddressBook

T = TypeVar("T")

app = typer.Typer(
    help="Messages that could not be accepted: why, and how they are put right.", no_args_is_help=True
)

Key = Annotated[str, typer.Argument(help="Message key, or the start of one.")]
Cause = Annotated[str | None, typer.Option(help="Only this cause, as the list shows it.")]
Sender = Annotated[str | None, typer.Option(help="Only this sender, by ODS code.")]


@app.command(name="list", epilog="Example:  carethread quarantine list")
def list_(
    cause: Cause = None,
    sender: Sender = None,
    resolved: Annotated[bool, typer.Option("--all", help="Also those that are resolved.")] = False,
    one_by_one: Annotated[bool, typer.Option("--messages", help="One line for each message.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """List what waits, by cause and sender: what cannot wait first, then the oldest."""
    from services import show_quarantine
    from services.intake import quarantine

    book = beside.running(data_dir)
    asked: dict[str, Any] = {"cause": cause, "sender": sender, "resolved": resolved}
    if one_by_one:
        found = beside.with_postgres(book, lambda database: quarantine.messages(database, **asked))
        show_quarantine.messages(found, json)
    else:
        groups = beside.with_postgres(book, lambda database: quarantine.groups(database, **asked))
        show_quarantine.groups(groups, json)


@app.command(name="show", epilog="Example:  carethread quarantine show 3fa9")
def show_(
    key: Key,
    body: Annotated[bool, typer.Option("--body", help="Print the bytes as they were received.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Print every line of the document.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Show one message: why it could not be accepted, and where in the document."""
    from services import show_quarantine
    from services.intake.mark_fault import mark_faults

    one, received = _find(beside.running(data_dir), key)
    if body:
        show_quarantine.as_received(received)
    else:
        show_quarantine.message(one, received, mark_faults(received, one.issues), whole=whole, json=json)


@app.command(name="correct", epilog="Example:  carethread quarantine correct 3fa9 corrected.json")
def correct_(
    key: Key,
    file: Annotated[
        Path | None, typer.Argument(help="The corrected document; - for standard input.", allow_dash=True)
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Correct the document in your editor ($EDITOR).")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why it was corrected so.")] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Put a corrected document in place of a message that could not be accepted. Both are kept."""
    from services import show_quarantine
    from services.intake.mark_fault import mark_faults, readable_text
    from services.intake.resolve import CannotResolve, StillRefused

    if edit == (file is not None):
        beside.fail("Give the corrected document as a file, or - for standard input, or use --edit.", 2)
    book = beside.running(data_dir)
    one, received = _find(book, key)
    text = readable_text(received)
    while True:
        document = _edited(text) if edit else _read(file)
        try:
            key_of_it = _correct(book, one, document, reason)
        except StillRefused as fault:
            show_quarantine.still_refused(fault, mark_faults(document, fault.issues), json)
            if not edit or not typer.confirm("Edit it again?", default=True, err=True):
                raise typer.Exit(1) from None
            text = document.decode()
        except CannotResolve as fault:
            beside.fail(str(fault))
        else:
            return show_quarantine.corrected(one, key_of_it, json)


@app.command(name="resubmit", epilog='Example:  carethread quarantine resubmit --cause "json"')
def resubmit_(
    keys: Annotated[list[str] | None, typer.Argument(help="Message keys.", metavar="[KEY]...")] = None,
    cause: Cause = None,
    sender: Sender = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Check messages again as they are, under the present rules; what is accepted now is as if it always had been."""
    from services import show_quarantine
    from services.intake import quarantine
    from services.intake.resolve import resubmit

    if bool(keys) == (cause is not None):
        beside.fail(
            "Name the messages, or a cause with --cause, as 'carethread quarantine list' shows it.", 2
        )
    book = beside.running(data_dir)
    named = [_find(book, key)[0] for key in keys] if keys else None
    asked: dict[str, Any] = {"cause": cause, "sender": sender}
    waiting = beside.with_postgres(book, lambda database: quarantine.groups(database, **asked))
    total = len(named) if named else sum(one.messages for one in waiting)
    beside.note(book, "quarantine resubmit", Kind.RULING, things=[one.key for one in named or ()])
    with show.progress("Checking", total, quiet=json) as advance:
        asked |= {"keys": [one.key for one in named] if named else None, "progress": advance}
        result = beside.with_acceptance(book, lambda path: resubmit(path, beside.who_runs_it(), **asked))
    show_quarantine.resubmitted(result, json)


@app.command(
    name="dismiss",
    epilog='Example:  carethread quarantine dismiss 3fa9 --reason "A test that was sent by mistake"',
)
def dismiss_(
    key: Key,
    reason: Annotated[str, typer.Option(help="Why nothing will come of it.")],
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Say that nothing will come of a message, and why. It is kept, and stays counted as quarantined."""
    from services import show_quarantine
    from services.intake.resolve import CannotResolve, dismiss

    if not reason.strip():
        beside.fail("Say why nothing will come of it: --reason TEXT.", 2)
    book = beside.running(data_dir)
    one, _ = _find(book, key)
    beside.note(book, "quarantine dismiss", Kind.RULING, things=[one.key])
    try:
        beside.with_acceptance(book, lambda path: dismiss(path, one, beside.who_runs_it(), reason.strip()))
    except CannotResolve as fault:
        beside.fail(str(fault))
    show_quarantine.dismissed(one, json)


def _find(book: "AddressBook", key: str) -> tuple["Quarantined", bytes]:
    from services.intake import quarantine

    async def read(database: Any) -> tuple["Quarantined", bytes]:
        one = await quarantine.find(database, key)
        await beside.write_down(database, book.settings(), "quarantine", Kind.READ, things=[one.key])
        return one, await quarantine.body_of(database, one.key)

    try:
        return beside.with_postgres(book, read)
    except quarantine.NotThere as fault:
        beside.fail(str(fault))


def _correct(book: "AddressBook", one: "Quarantined", document: bytes, reason: str | None) -> bytes:
    """The key of the accepted correction."""
    from services.intake.resolve import correct

    beside.note(book, "quarantine correct", Kind.RULING, things=[one.key])
    return beside.with_acceptance(
        book, lambda path: correct(path, one, document, beside.who_runs_it(), reason)
    ).key


def _read(file: Path | None) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else Path(str(file)).read_bytes()
    except OSError as fault:
        beside.fail(f"{file} cannot be read: {fault.strerror}.", 2)


def _edited(text: str) -> bytes:
    """What the editor makes of the document; the command ends where it was left as it is."""
    edited = click.edit(text, extension=".json")
    if edited is None or edited == text:
        beside.fail("The document was left as it is; nothing was changed.")
    return edited.encode()
