"""Which entries of a synthetic stream are folded, held against the truth about what is told twice.

Pure: the persons are the true ones, so that only what is decided of entries counts.
"""

import csv
import io
from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import orjson

from services.domain.identity.rulings import Pair, pair
from services.domain.identity.source_record import local_identity, source_record_id
from services.domain.message import patient_of, read_message
from services.domain.record.duplicates.decision import Decision
from services.domain.record.duplicates.facet import from_row
from services.domain.record.version import Version
from services.workbench.synth.options import Options
from services.workbench.synth.stream import write_stream
from tests.engines import PARTNERSHIP_KEY
from tests.folded import Told, folded


class Found(NamedTuple):
    """The things, what was decided of pairs of them, and the entry of each."""

    told: dict[bytes, Told]
    truth: dict[bytes, str]
    """The event of each; empty where the truth says nothing of its kind."""
    decided: dict[Pair, Decision]
    entries: dict[bytes, bytes]

    def pairs(self, kind: str) -> tuple[set[Pair], set[Pair]]:
        """Pairs of one kind that are folded, and those that ought to be."""
        together: defaultdict[object, list[bytes]] = defaultdict(list)
        true: defaultdict[object, list[bytes]] = defaultdict(list)
        for key, one in self.told.items():
            if one.facet.kind == kind and self.truth[key]:
                together[self.entries[key]].append(key)
                true[one.person, self.truth[key]].append(key)
        return _pairs(together), _pairs(true)


def _pairs(groups: dict[object, list[bytes]]) -> set[Pair]:
    return {pair(one, other) for group in groups.values() for one, other in combinations(group, 2)}


def find(options: Options) -> Found:
    """Fold what a synthetic stream tells."""
    out, rows = io.BytesIO(), io.StringIO()
    write_stream(options, out, rows)
    rows.seek(0)
    truth = {(row["kind"], row["sender"], row["id"]): row["truth"] for row in csv.DictReader(rows)}
    latest: dict[bytes, tuple[Version, str, bytes]] = {}
    persons: dict[bytes, str] = {}
    for line in out.getvalue().splitlines():
        told = orjson.loads(line)
        sender, bundle = told["sender"], told["message"]
        patient = patient_of(bundle)
        id_ = source_record_id(PARTNERSHIP_KEY, sender, local_identity(patient))
        persons[id_] = truth["person", sender, patient["identifier"][0]["value"]]
        for version in read_message(bundle, id_, 0).versions:
            known = latest.get(version.resource_key)
            if version.facet and (known is None or known[0].rank < version.rank):
                latest[version.resource_key] = version, sender, id_
    things = {
        key: Told(sender, persons[id_], from_row(version.facet))
        for key, (version, sender, id_) in latest.items()
    }
    events = {key: _event(version, sender, truth) for key, (version, sender, _) in latest.items()}
    return Found(things, events, *folded(things))


def _event(version: Version, sender: str, truth: dict[tuple[str, str, str], str]) -> str:
    resource = orjson.loads(version.content)
    return truth.get(("entry", sender, f"{resource['resourceType']}/{resource.get('id', '')}"), "")
