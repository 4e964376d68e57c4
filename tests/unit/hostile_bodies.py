"""Bodies made to break or stall a reader, and what reading each costs, in a process of its own.

`python -m tests.unit.hostile_bodies` prints a line of JSON for each: name, rule (empty where it is read), CPU
milliseconds, and megabytes by which the process grew.
"""

import json
import os
import resource
import time
from collections.abc import Iterator
from itertools import islice, product
from string import ascii_letters

from schemas.fhir.issue import Refused
from schemas.fhir.parse import parse

MB = 1024 * 1024


def _names(count: int) -> bytes:
    two = [one + other for one, other in product(ascii_letters, repeat=2)]
    four = islice((one + other for one in two for other in two), count)
    return ('{"' + '":1,"'.join(four) + '":1}').encode()


def _list_of(part: bytes, count: int) -> bytes:
    return b"[" + b",".join([part] * count) + b"]"


def _text_of(part: bytes, size: int) -> bytes:
    return b'["' + part * (size // len(part)) + b'"]'


BODIES: dict[str, tuple[bytes, str]] = {
    # what it is: the body, and the rule that refuses it, empty where it may be read
    "nothing": (b"", "json"),
    "a text of 8 MB": (_text_of(b"x", 8 * MB - 4), ""),
    "a byte too many": (b" " * (8 * MB + 1), "size"),
    "100,000 lists deep": (b"[" * 100_000 + b"]" * 100_000, "depth"),
    "100,000 lists deep and never closed": (b"[" * 100_000, "depth"),
    "100,000 objects deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "depth"),
    "1,000 deep": (b"[" * 1000 + b"]" * 1000, "depth"),
    "200 deep": (b"[" * 200 + b"]" * 200, "depth"),
    "65 deep": (b"[" * 65 + b"]" * 65, "depth"),
    "64 deep": (b"[" * 64 + b"]" * 64, ""),
    "60 deep and 290,000 wide": (b"[" * 60 + _list_of(b"[]", 290_000) + b"]" * 60, ""),
    "a number of 5,000 digits": (b'{"a":' + b"1" * 5000 + b"}", "json"),
    "a fraction of 5,000 digits": (b'{"a":0.' + b"1" * 5000 + b"}", ""),
    "an exponent of 5,000 digits": (b'{"a":1e' + b"1" * 5000 + b"}", "json"),
    "long numbers beside a name twice": (
        b'{"a":' + b"1" * 300 + b',"b":0.' + b"1" * 5000 + b',"b":2}',
        "unique-names",
    ),
    "900,000 names": (_names(900_000), "size"),
    "300,000 names": (_names(300_000), ""),
    "a million times one name": (b"{" + b",".join([b'"":1'] * 1_000_000) + b"}", "size"),
    "300,000 times one name": (b"{" + b",".join([b'"a":1'] * 300_000) + b"}", "unique-names"),
    "4 million numbers": (_list_of(b"1", 4_000_000), "size"),
    "2 million objects": (_list_of(b"{}", 2_000_000), "size"),
    "8 MB of escapes": (_text_of(b"\\u0041", 8 * MB - 4), ""),
    "8 MB of escaped colons": (_text_of(b"\\u003a", 8 * MB - 4), ""),
    "8 MB of backslashes": (_text_of(b"\\\\", 8 * MB - 4), ""),
    "4 MB of colons": (_text_of(b":", 4 * MB), "size"),
    "a NUL": (b'["\\u0000"]', "no-nul"),
    "a NUL in a name": (b'{"a\\u0000":1}', "no-nul"),
    "a NUL byte": (b'["\x00"]', "json"),
    "a lone high surrogate": (b'["\\ud800"]', "json"),
    "a lone low surrogate": (b'["\\udc00"]', "json"),
    "surrogates the wrong way round": (b'["\\udc00\\ud800"]', "json"),
    "invalid UTF-8": (b'["\xff"]', "json"),
    "a surrogate in UTF-8": (b'["\xed\xa0\x80"]', "json"),
    "an overlong slash": (b'["\xc0\xaf"]', "json"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "json"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "json"),
    "NaN": (b'{"a":NaN}', "json"),
    "Infinity": (b'{"a":-Infinity}', "json"),
    "a number too big": (b'{"a":1e999}', "json"),
    "a whole number of 80 bits": (b'{"a":1208925819614629174706176}', ""),
    "two texts": (b"{}{}", "json"),
}


def _cost(body: bytes) -> dict[str, object]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    try:
        parse(body)
        rule = ""
    except Refused as refused:
        rule = refused.issues[0].rule
    taken = (time.process_time() - began) * 1000
    return {
        "rule": rule,
        "ms": taken,
        "mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


def costs() -> Iterator[dict[str, object]]:
    """What each costs, measured in a fork, whose memory starts from what all share."""
    for name, (body, _) in BODIES.items():
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, json.dumps({"name": name} | _cost(body)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            line = told.read()
        os.waitpid(child, 0)
        yield json.loads(line) if line else {"name": name, "rule": "crashed"}


if __name__ == "__main__":
    for one in costs():
        print(json.dumps(one))
