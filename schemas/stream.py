"""A line of a message stream: what a partner sent, and when, as tools replay it."""

import msgspec


class StreamLine(msgspec.Struct, frozen=True):
    """One line of NDJSON: `{"sender": "<ODS code>", "sent": "<instant>", "message": {Bundle}}`."""

    sender: str
    sent: str
    message: msgspec.Raw
    """The message's bytes as the line has them, so that no digit of a number changes on the way."""


class NotAStreamLine(ValueError):
    """The line does not have a sender, a sent instant and a message."""


_decoder = msgspec.json.Decoder(StreamLine)


def read_line(line: bytes) -> StreamLine:
    """The stream line in `line`.

    Raises:
        NotAStreamLine: with what is wrong.
    """
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError as fault:
        raise NotAStreamLine(str(fault)) from None
