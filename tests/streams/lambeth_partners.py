"""The invented organisations, community assets, workers and people of the Lambeth stream."""

from tests.streams.community_builders import CommunityAsset
from tests.streams.fhir_builders import Demographics, Organisation, concept

FRONT_DOOR = Organisation("ZZL01", "Marigold Row Front Door", "Charity", "https://marigold-row.example")
SURGERY = Organisation("ZZL02", "Tannery Lane Surgery", "NHS", "https://tannery-lane.example")
TRUST = Organisation("ZZL03", "Millrace Mental Health Trust", "NHS", "https://millrace-trust.example")
COUNCIL = Organisation(
    "ZZL04", "Millrace Borough Council Adult Care", "Council", "https://millrace-council.example"
)
EVEN_KEEL = Organisation("ZZL05", "Even Keel Money Advice", "Charity", "https://even-keel.example")
KINDLING = Organisation("ZZL06", "Kindling Peers", "Charity", "https://kindling-peers.example")
PARTNERS = (FRONT_DOOR, SURGERY, TRUST, COUNCIL, EVEN_KEEL, KINDLING)
SECONDARY = {"performerType": concept("Secondary mental health care")}
"""What a referral to secondary care says of whom it asks; of these partners the trust alone is secondary care."""

CONNECTOR = "Bola Fashanu, community connector"
SECOND_CONNECTOR = "Imelda Quirke, community connector"
PEER = "Curtis Lyle, peer worker"
ADVISER = "Shanthi Perera, debt adviser"
NURSE = "Owen Tranter, mental health nurse"
SOCIAL_WORKER = "Grace Nkemelu, social worker"

CHOIR = CommunityAsset(
    "A-003",
    "Tuesday Voices",
    "A choir without auditions: tea at six, songs from half past.",
    "Bell Yard Hall",
    "Tuesday Voices",
)
REPAIR_CAFE = CommunityAsset(
    "A-011",
    "Second Spring repair café",
    "Bring what is broken and mend it together, Saturdays from ten.",
    "Arch 5, Tannery Lane",
    "Tinkers' Bench",
)
GYM = CommunityAsset(
    "A-017",
    "Ironworks gym",
    "Pay what you can; a quiet hour without music every weekday morning.",
    "The Old Ironworks",
    "Ironworks Co-operative",
)
DEBT_CLINIC = CommunityAsset(
    "A-022",
    "Even Keel debt clinic",
    "Bring the envelopes, opened or not. Mondays, no appointment.",
    "Marigold Row, first floor",
    EVEN_KEEL.name,
    EVEN_KEEL.ods,
)
GROWING_PLOT = CommunityAsset(
    "A-026",
    "Canal Meadow growing plot",
    "Twelve raised beds and a kettle; Saturday mornings in all weathers.",
    "Canal Meadow, by the footbridge",
    "Friends of Canal Meadow",
)
LONG_TABLE = CommunityAsset(
    "A-031",
    "The Long Table",
    "Supper for whoever comes, cooked by whoever came early. Thursdays.",
    "Bell Yard Hall",
    "The Long Table",
)
ASSETS = (CHOIR, REPAIR_CAFE, GYM, DEBT_CLINIC, GROWING_PLOT, LONG_TABLE)

DELROY = Demographics(
    "Delroy",
    "Benbow",
    "male",
    "1961-03-19",
    "9991141855",
    "07700 900211",
    "9 Cooperage Walk",
    "Millrace",
    "LW91 4QT",
)
FARIDA = Demographics(
    "Farida",
    "Noorzai",
    "female",
    "1990-10-02",
    "9991186840",
    "07700 900224",
    "Flat 31, Tollgate House",
    "Millrace",
    "LW92 6RB",
)
KIT = Demographics(
    "Kit",
    "Rowntree",
    "other",
    "2003-12-01",
    "9991104755",
    "07700 900237",
    "4 Lock Cottages",
    "Millrace",
    "LW91 2DN",
)
WINIFRED = Demographics(
    "Winifred",
    "Osei",
    "female",
    "1951-05-30",
    "9991176284",
    "07700 900245",
    "17 Almond Street",
    "Millrace",
    "LW93 1HG",
)
SUNNY = Demographics(
    "Sunil",
    "Mistry",
    "male",
    "1978-07-14",
    "",
    "07700 900256",
    "Room 6, 80 Wharf Road",
    "Millrace",
    "LW91 9XE",
)
BRONAGH = Demographics(
    "Bronagh",
    "Tully",
    "female",
    "1986-11-11",
    "9991125698",
    "07700 900268",
    "22 Almond Street",
    "Millrace",
    "LW93 1HJ",
)
