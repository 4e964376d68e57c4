"""SQL kept in .sql files beside the code that runs it, each query under its name."""

import re
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def load_queries(package: str, file: str = "queries.sql") -> dict[str, bytes]:
    """The queries of `package`'s file by name: each starts with a line `-- name: the_name`."""
    text = files(package).joinpath(file).read_text()
    parts = _NAME.split(text)[1:]
    return {name: query.strip().encode() for name, query in zip(parts[::2], parts[1::2], strict=True)}
