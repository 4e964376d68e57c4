"""A scenario: the stories of some people as the messages of their organisations, and the files they are written to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.streams.fhir_builders import Organisation
from tests.streams.message_lines import Line

HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Scenario:
    """What a stream is written from, and where it stands."""

    name: str
    partners: Sequence[Organisation]
    stories: Sequence[Callable[[], list[Line]]]
    """The lines of each person."""
    about_nobody: Sequence[Line] = ()
    """Poison: lines that no person's record can take."""

    @property
    def stream(self) -> Path:
        """One JSON document a line, in order of arrival."""
        return HERE / f"{self.name}.ndjson"

    @property
    def partner_list(self) -> Path:
        """Its senders, as an operator would register them."""
        return HERE / f"{self.name}.partners.json"

    @property
    def expected(self) -> Path:
        """The digest and every record that the stream comes to."""
        return HERE / f"{self.name}.expected.json"

    @property
    def reading(self) -> Path:
        """What a reader should see on each person's record, in words."""
        return HERE / f"{self.name}.reading.md"

    def as_lines(self) -> bytes:
        """The stream as it is written."""
        told = [line for story in self.stories for line in story()]
        arriving = sorted([*told, *self.about_nobody], key=lambda line: line.arrives)
        return b"".join(line.as_json() + b"\n" for line in arriving)

    def as_partner_list(self) -> bytes:
        """The list of its senders as it is written."""
        rows = [{"ods": each.ods, "name": each.name, "sector": each.sector} for each in self.partners]
        return orjson.dumps(rows, option=orjson.OPT_INDENT_2) + b"\n"

    def write(self) -> None:
        """Write the stream and the list of its senders."""
        self.stream.write_bytes(self.as_lines())
        self.partner_list.write_bytes(self.as_partner_list())
