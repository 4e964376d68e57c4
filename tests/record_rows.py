"""Which transaction wrote each row of the record last: what changed nothing leaves these as they are."""

from typing import Any

import psycopg

from tests.stack import RunningStack

_TABLES = ("source_record", "number", "blocking", "link", "ruling", "version", "entry")


def record_rows(stack: RunningStack) -> dict[str, list[Any]]:
    """The writing transaction and place of every row, by table."""
    with psycopg.connect(stack.book.postgres.get_secret_value()) as connection:
        return {
            table: connection.execute(
                f"select xmin::text, ctid::text from record.{table} order by ctid".encode()  # noqa: S608
            ).fetchall()
            for table in _TABLES
        }
