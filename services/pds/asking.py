"""One person's question, from its first search to the person it finds, or why it finds none."""

from enum import StrEnum

from services.pds.answers import Match, Nothing, Person
from services.pds.client import PdsClient
from services.pds.ladder import Question, Step


class Outcome(StrEnum):
    """What came of asking about one person."""

    FOUND = "found"
    NONE = "none"
    """Nobody, or somebody of whom not even that may be shown: the two look alike wherever they are written."""
    MANY = "many"
    DOUBTFUL = "doubtful"
    """One person, but with too low a score, or born on another day."""
    REJECTED = "rejected"
    """PDS could not work with what was asked."""
    AWAY = "away"


async def ask(client: PdsClient, question: Question) -> Person | Outcome:
    """Make the searches in order until one finds somebody, and read whom it found.

    After a sealed answer the searches go on as after none, so that whoever counts requests sees no difference; but
    nobody else is taken for the sealed person, whatever they find.

    Raises:
        PdsAway, PdsRefused, PdsRejected: there is no answer.
    """
    sealed = False
    for step in question.steps:
        answer = await client.search(step.search)
        if answer is Nothing.SEALED:
            sealed = True
        elif answer is Nothing.MANY:
            return Outcome.NONE if sealed else Outcome.MANY
        elif isinstance(answer, Match):
            return Outcome.NONE if sealed else await _confirm(client, question, step, answer)
    return Outcome.NONE


async def _confirm(client: PdsClient, question: Question, step: Step, match: Match) -> Person | Outcome:
    """The whole person who was matched: a search tells only the outline, and not whether a number was superseded."""
    if match.score < step.least_score or match.birth_date != question.birth_date:
        return Outcome.DOUBTFUL
    person = await client.retrieve(match.nhs_number)
    if not isinstance(person, Person):
        return Outcome.NONE
    return person if person.birth_date == question.birth_date else Outcome.DOUBTFUL
