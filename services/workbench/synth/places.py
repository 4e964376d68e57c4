"""Where people live: the towns of Norfolk and Suffolk, with invented streets and postcodes."""

from typing import NamedTuple

from services.workbench.synth.dice import Dice, Weighted, by_rank

_TOWNS = """Norwich NR71 210; Norwich NR72 0; Norwich NR73 0; Norwich NR74 0; Ipswich IP71 140; Ipswich IP72 0;
    Ipswich IP73 0; Lowestoft NR75 71; Great Yarmouth NR76 62; King's Lynn PE71 48; Bury St Edmunds IP74 41;
    Thetford IP75 25; Felixstowe IP76 24; Haverhill CB71 27; Sudbury CO71 23; Newmarket CB72 21; Dereham NR77 20;
    Stowmarket IP77 20; Wymondham NR78 17; Beccles NR79 11; North Walsham NR80 13; Mildenhall IP78 11;
    Attleborough NR81 11; Downham Market PE72 11; Brandon IP79 10; Woodbridge IP80 9; Diss IP81 8; Fakenham NR82 8;
    Swaffham PE73 8; Cromer NR83 8; Sheringham NR84 7; Aylsham NR85 7; Hunstanton PE74 5; Bungay NR86 5;
    Halesworth IP82 5; Leiston IP83 6; Watton IP84 8; Holt NR87 4"""
"""Town, district and people in thousands. The postcode area is the town's own, and the district one that
Royal Mail has never given out, so that no postcode is anybody's."""

_STREETS = """High Church Mill Station School Victoria Green King's Queen's Park London Norwich Manor Albert Chapel The
    New North South West Grove Windsor Springfield George York Alexandra Priory Orchard Meadow Rectory Bridge Field
    Common Market Beach Cliff Quay Staithe Dereham Yarmouth Ipswich Bury Thorpe Heath Hall Farm Barn Willow Oak Elm
    Beech Chestnut Hazel Rowan Cedar Maple Lime Ash Poplar Holly Hawthorn Blackthorn Bluebell Primrose Heron Kingfisher
    Swallow Lapwing Plover Curlew Avocet Bittern Nelson Nightingale Cavell Gurney Fry Paine Kett Sewell Gainsborough
    Constable Wolsey Waveney Yare Bure Wensum Orwell Deben Stour Alde Blyth Lark Thurne Ant Nar Ouse Dove Tas Tiffey
    Saxon Viking Roman Abbey Friars Almoners Drovers Weavers Tanners Fuller's Maltings Brewery Foundry Railway Tower
    Lighthouse Harbour Pier Dunes Marram Reedbed Fen Drove Loke Carnser Pightle Gull"""

_KINDS = ("Road", "Street", "Close", "Lane", "Avenue", "Drive", "Way", "Court", "Gardens", "Crescent", "Place",
          "Walk", "Rise", "Terrace", "Row", "Hill")  # fmt: skip

SHORT_KINDS = {"Road": "Rd", "Street": "St", "Close": "Cl", "Lane": "Ln", "Avenue": "Ave", "Drive": "Dr", "Court": "Ct",
               "Gardens": "Gdns", "Crescent": "Cres", "Place": "Pl", "Terrace": "Ter"}  # fmt: skip
"""How some hands shorten the last word of a street."""

_HOUSES = ("Alder House", "Beacon Lodge", "The Old Maltings", "Harbour View", "St Benet's House", "Larkrise",
           "The Limes", "Quayside Court", "Fairhaven", "Julian House", "The Willows", "Northgate Hostel")  # fmt: skip

_PEOPLE_A_POSTCODE = 26
"""15 to 40 people live in most postcodes of the UK."""

_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters of the second half; C, I, K, M, O and V are not used (GOV.UK, postcode format)."""


class Address(NamedTuple):
    """Where somebody lives."""

    line: str
    town: str
    postcode: str


class Places:
    """The postcodes of an area that is as large as its people need."""

    def __init__(self, dice: Dice, people: int) -> None:
        self._dice = dice
        towns = [row.strip().rsplit(" ", 2) for row in _TOWNS.split(";")]
        districts: dict[str, list[str]] = {}
        for town, district, _ in towns:
            districts.setdefault(town, []).append(district)
        of_size = Weighted([*districts], [int(size) for _, _, size in towns if size != "0"])
        name, kind = by_rank(_STREETS.split(), 8), by_rank(_KINDS, 2)
        used: dict[str, int] = {}
        self._streets: list[Address] = []
        for _ in range(people // _PEOPLE_A_POSTCODE + 1):
            town = of_size.pick(dice)
            district = dice.pick(districts[town])
            used[district] = used.get(district, 0) + 1
            street = f"{name.pick(dice)} {kind.pick(dice)}"
            self._streets.append(Address(street, town, f"{district} {_inward(used[district])}"))
        self._homes = [0] * len(self._streets)

    def home(self) -> Address:
        """A house or flat of its own."""
        place = self._dice.between(0, len(self._streets) - 1)
        self._homes[place] += 1
        street, town, postcode = self._streets[place]
        if self._dice.chance(0.12):
            return Address(f"Flat {self._homes[place]}, 1 {street}", town, postcode)
        # multiples of 7 come by all of 2 to 97 before they come by any again
        return Address(f"{self._homes[place] * 7 % 97 + 1} {street}", town, postcode)

    def institution(self) -> Address:
        """A care home or hostel."""
        street, town, postcode = self._dice.pick(self._streets)
        return Address(f"{self._dice.pick(_HOUSES)}, {street}", town, postcode)


def _inward(serial: int) -> str:
    """The `serial`-th second half of a district; all 4,000 come once before any comes again."""
    scattered = serial * 1_637 % 4_000
    pair, digit = divmod(scattered, 10)
    first, second = divmod(pair, 20)
    return f"{digit}{_INWARD[first]}{_INWARD[second]}"
