"""Finding rows by the ids that a truth names them by."""

from collections import defaultdict
from collections.abc import Sequence

from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.people_file import People


class RowIds:
    """The places of rows by their ids."""

    def __init__(self, truth: str, files: Sequence[People]) -> None:
        self._truth = truth
        self._files = files
        self._places: list[defaultdict[str, list[int]]] = []
        self._starts: list[int] = []
        start = 0
        for one in files:
            self._starts.append(start)
            places: defaultdict[str, list[int]] = defaultdict(list)
            for place, id_ in enumerate(one.ids, start):
                if id_:
                    places[id_].append(place)
            self._places.append(places)
            start += len(one.ids)

    def file_of(self, word: str, otherwise: int | None) -> int:
        """The file that a cell of a column of sources means: its name, 'people' or 'other'; else the one given.

        Raises:
            CannotMatch: It is neither, and none was given.
        """
        if len(self._files) == 1:
            return 0
        plain = word.casefold().removesuffix(".csv")
        for at, one in enumerate(self._files):
            if plain in {one.source.casefold().removesuffix(".csv"), ("people", "other")[at]}:
                return at
        if otherwise is None:
            names = " nor ".join(f"'{one.source}'" for one in self._files)
            raise CannotMatch(f"{self._truth}: a source is neither {names}.")
        return otherwise

    def in_file(self, file: int, id_: str, line: int, *, or_other: bool = False) -> int | None:
        """The place of the row of a file, or else of the other, that has this id; None where there is none.

        Raises:
            CannotMatch: Several rows of the file have it.
        """
        for at in (file, 1 - file) if or_other and len(self._files) > 1 else (file,):
            if places := self._places[at].get(id_):
                return self._only(at, places, line)
        return None

    def anywhere(self, id_: str, line: int) -> int | None:
        """The place of the row that has this id, in whichever file.

        Raises:
            CannotMatch: Several rows have it.
        """
        found = [(at, places[id_]) for at, places in enumerate(self._places) if id_ in places]
        if len(found) > 1:
            raise CannotMatch(
                f"{self._truth}, line {line}: both files have a row with this id. Add a column 'source' with "
                f"'{self._files[0].source}' or '{self._files[1].source}'."
            )
        return self._only(*found[0], line) if found else None

    def _only(self, file: int, places: Sequence[int], line: int) -> int:
        if len(places) > 1:
            rows = " and ".join(str(place - self._starts[file] + 1) for place in places[:2])
            raise CannotMatch(
                f"{self._truth}, line {line}: rows {rows} of {self._files[file].source} have the same id, so that it "
                "is not known which is meant."
            )
        return places[0]
