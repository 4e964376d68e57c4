"""The invented organisations, workers, families and people of the named social worker stream."""

from tests.streams.family_builders import Worker
from tests.streams.fhir_builders import Demographics, Organisation

THORNBECK = Organisation(
    "ZZN01", "Thornbeck County Council Adult Care", "Council", "https://thornbeck-council.example"
)
LARKMOOR = Organisation(
    "ZZN02", "Larkmoor City Council Adult Services", "Council", "https://larkmoor-council.example"
)
TRUST = Organisation(
    "ZZN03", "Alderstone Learning Disability Trust", "NHS", "https://alderstone-trust.example"
)
SURGERY = Organisation("ZZN04", "Kiln Lane Surgery", "NHS", "https://kiln-lane-surgery.example")
ADVOCATES = Organisation("ZZN05", "Said My Way Advocacy", "Charity", "https://said-my-way.example")
HOLLIN = Organisation("ZZN06", "Hollin House Living", "Charity", "https://hollin-house.example")
PARTNERS = (THORNBECK, LARKMOOR, TRUST, SURGERY, ADVOCATES, HOLLIN)

NAMED = "named social worker"
RUTH = Worker("Ruth Calvert", NAMED, THORNBECK)
COLIN = Worker("Colin Frith", NAMED, THORNBECK)
ELLIE = Worker("Ellie Sugden", NAMED, THORNBECK)
MARCUS = Worker("Marcus Tate", NAMED, THORNBECK)
NASREEN = Worker("Nasreen Akhtar", NAMED, LARKMOOR)
MOSES = Worker("Moses Adeyinka", "community learning disability nurse", TRUST)
PAT = Worker("Pat Lomas", "advocate", ADVOCATES)
JO = Worker("Jo Rigby", "support worker", HOLLIN)
GP = Worker("Dr Fay Brook", "GP", SURGERY)

DANIEL = Demographics(
    "Daniel",
    "Ogden",
    "male",
    "1996-04-11",
    "9991590153",
    "07700 900531",
    "7 Tenter Street",
    "Thornbeck",
    "TB98 3LN",
)
YASMIN = Demographics(
    "Yasmin",
    "Baig",
    "female",
    "1989-12-02",
    "9991508236",
    "07700 900532",
    "Flat 4, 18 Bobbin Court",
    "Thornbeck",
    "TB98 2RW",
)
PETER = Demographics(
    "Peter",
    "Lund",
    "male",
    "1978-08-27",
    "9991593594",
    "07700 900533",
    "Hollin House, 3 Moor Road",
    "Larkmoor",
    "LK97 5DA",
)
BRIDIE = Demographics(
    "Bridget",
    "Moon",
    "female",
    "2004-02-29",
    "",
    "07700 900534",
    "11 Border Terrace",
    "Larkmoor",
    "LK97 1AB",
)

BETH = Demographics("Beth", "Ogden", "female", "1999-09-14")
CAROL = Demographics("Carol", "Ogden", "female", "1967-05-06")
SHAZIA = Demographics("Shazia", "Baig", "female", "1964-01-20")
ARNE = Demographics("Arne", "Lund", "male", "1974-03-03")
ROSE = Demographics("Rose", "Moon", "female", "1975-10-10")
