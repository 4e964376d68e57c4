"""The eight invented organisations of the partnership, and how the system of each writes things down."""

from dataclasses import dataclass
from typing import Any

from services.workbench.synth.dice import Weighted

_ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"


@dataclass(frozen=True, slots=True, eq=False)
class Organisation:
    """A partner, and the habits of its system."""

    place: int
    """Its place in the table."""

    ods: str
    name: str
    sector: str
    """`NHS`, `Council` or `Charity`, as partners are registered."""

    service: tuple[str, ...]
    """What people are referred to it for, in the words of different systems."""

    prefix: str
    """What its local identifiers start with."""

    capitals: bool
    """Whether it keeps surnames in capitals and plain letters, as many old systems do."""

    local_time: bool
    """Whether it writes instants with the offset of the United Kingdom instead of in UTC."""

    phones: str
    """How it writes telephone numbers: see `reach.written`."""

    workers: tuple[str, ...]
    home: str
    """What its own identifier systems start with."""

    reference: dict[str, Any]
    """The FHIR reference to it by ODS code."""

    @property
    def in_nhs(self) -> bool:
        """Whether it can look people up by NHS number."""
        return self.sector == "NHS"


_ROWS = (
    ("ZZC31", "Brecks and Waveney Council Adult Care", "Council", ("Social care assessment", "Care Act assessment",
     "Adult social care: assessment of needs"), "BW", False, True, "joined",
     ("Helen Okoro (social worker)", "Tom Catchpole (social worker)", "Samira Aziz (occupational therapist)")),
    ("ZZG21", "Larksfield Surgery", "NHS", ("GP review", "Review by the practice", "General practice review"),
     "7", True, False, "spaced",
     ("Dr Anil Desai", "Dr Frances Bray", "Jo Larter (social prescribing link worker)")),
    ("ZZG22", "Old Staithe Medical Practice", "NHS", ("GP review", "Practice review", "Review with own GP"),
     "OS", False, False, "joined",
     ("Dr Piotr Zając", "Dr Amy Seaman", "Ruth Mallett (practice nurse)")),
    ("ZZP51", "Open Gate Peers", "Charity", ("Peer support", "One-to-one peer support", "Support from a peer worker"),
     "P-", False, True, "international",
     ("Maz Pye (peer worker)", "Leanne Gotts (peer worker)", "Daniel Mensah (peer worker)")),
    ("ZZT11", "Orwell Vale Mental Health NHS Trust", "NHS", ("Talking therapy", "Psychological therapies",
     "Talking Therapies: assessment and treatment"), "RW", False, False, "spaced",
     ("Priya Nair (psychological therapist)", "Mark Youngs (mental health nurse)", "Dr Ewa Mazur (psychiatrist)")),
    ("ZZT12", "Wherry Coast Community Health NHS Trust", "NHS", ("Community nursing", "Community health team",
     "District nursing and therapy"), "WC", True, False, "joined",
     ("Grace Boateng (community nurse)", "Neil Aldous (physiotherapist)", "Kate Bloom (community matron)")),
    ("ZZV41", "Lantern Lane Trust", "Charity", ("Wellbeing coaching", "Wellbeing coach", "Coaching for wellbeing"),
     "LL/", False, True, "spaced",
     ("Steve Goffin (wellbeing coach)", "Aisha Malik (wellbeing coach)", "Bev Nudd (housing adviser)")),
    ("ZZV42", "Fenland Befrienders", "Charity", ("Befriending", "A befriender to visit", "Befriending at home"),
     "FB-", False, False, "joined",
     ("Joan Wymer (volunteer)", "Ken Dack (volunteer)", "Ines Marques (co-ordinator)")),
)  # fmt: skip

ORGANISATIONS = tuple(
    Organisation(
        place, *row, home=f"https://{row[0].lower()}.example",
        reference={"identifier": {"system": _ODS_CODE, "value": row[0]}, "display": row[1]},
    )
    for place, row in enumerate(_ROWS)
)  # fmt: skip
"""In the order of their ODS codes."""

PRACTICES = tuple(one for one in ORGANISATIONS if one.ods.startswith("ZZG"))

OTHERS = Weighted([one for one in ORGANISATIONS if one not in PRACTICES], [20, 14, 28, 16, 13, 9])
"""Who knows how many of the people, the practices aside: of 100 records."""
