"""What is known of who is who among the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workbench.matching.people_file import People
from services.workbench.matching.scores import Pair, Scores, score_labels, score_pairs, score_persons


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of who is who; rows by their places, the first file's before the second's."""

    persons: Mapping[int, str] | None
    """The true person of each row that is told of; None where pairs are told of."""
    true: frozenset[Pair] = frozenset()
    false: frozenset[Pair] = frozenset()
    unknown: int = 0
    """Lines that name an id which no row has; they are not scored."""

    def score(self, clusters: Sequence[int]) -> Scores:
        """How right these clusters are."""
        if self.persons is not None:
            return score_persons(dict(enumerate(clusters)), self.persons)
        return (
            score_labels(clusters, self.true, self.false) if self.false else score_pairs(clusters, self.true)
        )


def truth_of(files: Sequence[People]) -> Truth:
    """The truth that the files' own columns of answers tell; rows whose cell is empty are not scored."""
    true_ids = [true_id for one in files for true_id in one.true_ids]
    return Truth({place: true_id for place, true_id in enumerate(true_ids) if true_id})
