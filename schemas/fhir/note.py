"""What the sender of an accepted message should know of it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Note:
    """A repair that was made in reading the message, or a deviation from a standard that was taken as it is."""

    kind: Literal["repair", "deviation"]
    name: str
    """Names the repair or deviation for good: partners count by it."""
    text: str
    place: str = ""
    """FHIRPath of the first place."""
    count: int = 1
    """How many places."""

    def as_dict(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return asdict(self)
