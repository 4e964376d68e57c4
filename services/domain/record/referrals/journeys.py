"""The journey that referrals are part of: the EpisodeOfCare that BaRS has every contact along a pathway name."""

from collections import defaultdict
from collections.abc import Iterable

from services.domain.record.referrals.ties import names_of, references
from services.domain.record.word import Word


class Journeys:
    """Which journeys the contacts, and through them the referrals, of one person belong to.

    BaRS Core 1.5.0: the Journey ID is the reference in Encounter.episodeOfCare, the same along the pathway;
    a referral has that of the Encounter it was made in.
    """

    def __init__(self, words: Iterable[Word]) -> None:
        """`words` are all that is told of one person, always in the same order."""
        self._called: dict[str, str] = {}
        self._of_contact: defaultdict[str, set[str]] = defaultdict(set)
        self._of_request: defaultdict[str, set[str]] = defaultdict(set)
        self._made_in: set[str] = set()
        by_type: defaultdict[str, list[Word]] = defaultdict(list)
        for word in words:
            by_type[word.resource["resourceType"]].append(word)
        for word in by_type["EpisodeOfCare"]:
            self._learn_episode(word)
        for word in by_type["Encounter"]:
            self._learn_contact(word)
        for word in by_type["ServiceRequest"]:
            self._made_in |= references(word, "encounter")

    def of_contact(self, word: Word) -> frozenset[str]:
        """The journeys that an Encounter names."""
        return frozenset(self._called.get(token, token) for token in references(word, "episodeOfCare"))

    def of_request(self, words: Iterable[Word], names: Iterable[str]) -> list[str]:
        """The journeys of the referral that these ServiceRequests, known by these names, tell of."""
        made_in = (token for word in words for token in references(word, "encounter"))
        found = {journey for token in made_in for journey in self._of_contact.get(token, ())}
        return sorted(found.union(*(self._of_request.get(name, ()) for name in names)))

    def follows(self, word: Word) -> bool:
        """Whether no referral was made in this contact: one in which it was belongs to what came before."""
        return self._made_in.isdisjoint(names_of(word))

    def _learn_episode(self, word: Word) -> None:
        """An EpisodeOfCare goes by one of its names, so that whoever names it by another names the same journey."""
        names = names_of(word)
        journey = min(self._called.get(name, name) for name in names)
        self._called.update(dict.fromkeys(names, journey))
        for token in references(word, "referralRequest"):
            self._of_request[token].add(journey)

    def _learn_contact(self, word: Word) -> None:
        if journeys := self.of_contact(word):
            for name in names_of(word):
                self._of_contact[name] |= journeys
            for token in references(word, "basedOn", "incomingReferral"):
                self._of_request[token] |= journeys
