"""The invented organisations, workers and family of the Wigan stream."""

from tests.streams.family_builders import Worker
from tests.streams.fhir_builders import Demographics, Organisation

COUNCIL = Organisation(
    "ZZW01", "Ashmoor Borough Council Children's Services", "Council", "https://ashmoor-council.example"
)
HEALTH = Organisation("ZZW02", "Foldmere Community Health", "NHS", "https://foldmere-health.example")
SURGERY = Organisation("ZZW03", "Weavers Fold Surgery", "NHS", "https://weavers-fold-surgery.example")
SCHOOL = Organisation("ZZW04", "Lowbank High School", "School", "https://lowbank-high.example")
BARGE = Organisation("ZZW05", "Painted Barge Youth", "Charity", "https://painted-barge.example")
KETTLE = Organisation("ZZW06", "Kettle On Families", "Charity", "https://kettle-on.example")
PARTNERS = (COUNCIL, HEALTH, SURGERY, SCHOOL, BARGE, KETTLE)

HANNAH = Worker("Hannah Birchall", "named social worker", COUNCIL)
IMRAN = Worker("Imran Sadiq", "named social worker", COUNCIL)
LENA = Worker("Lena Okoro", "school nurse", HEALTH)
GARETH = Worker("Gareth Pryce", "head of year", SCHOOL)
TASH = Worker("Tash Gallimore", "youth worker", BARGE)
JUNE = Worker("June Halliwell", "home visiting volunteer", KETTLE)
GP = Worker("Dr Anita Sen", "GP", SURGERY)

ERIN = Demographics(
    "Erin",
    "Fearnley",
    "female",
    "2011-03-09",
    "9991365990",
    "07700 900511",
    "9 Weavers Fold",
    "Lowbank",
    "WN98 4QF",
)
LOUIE = Demographics(
    "Louie",
    "Fearnley",
    "male",
    "2013-10-22",
    "9991384618",
    "07700 900512",
    "9 Weavers Fold",
    "Lowbank",
    "WN98 4QF",
)
KELLY = Demographics(
    "Kelly",
    "Fearnley",
    "female",
    "1988-06-30",
    "9991315977",
    "07700 900512",
    "9 Weavers Fold",
    "Lowbank",
    "WN98 4QF",
)
MAUREEN = Demographics(
    "Maureen",
    "Platt",
    "female",
    "1959-12-04",
    "",
    "07700 900513",
    "31 Top Lock Lane",
    "Lowbank",
    "WN98 5LT",
)

TABLE = "b2f1c9d0-5a36-4d8e-9a0b-3f6f0d1e2a01"
"""The BaRS identifier of the family's meeting of 21 April: one meeting, which stands in three people's records."""

COUNCIL_NUMBERS = {"Erin": "CS-20411", "Louie": "CS-20412", "Kelly": "CS-20413", "Maureen": "CS-20437"}
"""What the council's system calls each of the family."""
