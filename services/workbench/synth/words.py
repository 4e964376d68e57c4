"""What is written about care: each thing in several wordings, for two systems seldom use the same words."""

WORDINGS = 3
"""How many each thing has."""

REASONS = (
    ("Low mood since redundancy in the autumn, sleeping four hours a night.",
     "Lost job in the autumn. Low in mood, poor sleep.", "Depressed following redundancy; insomnia."),
    ("Anxious about going out since a fall on the ice in January.",
     "Fall in January, has not left the house alone since.", "Fear of falling, anxiety outdoors."),
    ("Lives alone since a sister died and sees nobody from one week to the next.",
     "Isolated after the death of a sister.", "Bereaved (sibling), lonely, would like company."),
    ("Panic attacks at work, twice in the last fortnight.",
     "Two panic attacks at work within two weeks.", "Panic disorder? Episodes at workplace."),
    ("Caring for a parent with dementia and worn out by it.",
     "Carer strain: parent has dementia.", "Main carer for parent with dementia, exhausted."),
    ("Drinking more than before since the separation, and asks for help with it.",
     "Increased alcohol use after separation, motivated to cut down.", "Alcohol, wants support; recently separated."),
    ("Rent arrears and a notice from the landlord; cannot sleep for worry.",
     "At risk of eviction, in arrears, very worried.", "Housing: notice served, arrears. Sleep affected."),
    ("Young parent with little support, tearful since the birth.",
     "Tearful and unsupported since having the baby.", "Postnatal low mood, few people around."),
    ("Has heard voices since the teens and would like to meet others who do.",
     "Hears voices, asks for a group of people with the same experience.", "Voice hearer, interested in peer group."),
    ("Type 2 diabetes newly found; finds it hard to eat differently.",
     "New diabetes, wants help with diet and motivation.", "T2DM, dietary change, coaching requested."),
    ("Leg ulcer slow to heal, cannot get to the surgery.",
     "Housebound, leg ulcer needs dressing at home.", "Venous leg ulcer, home visits please."),
    ("Left hospital on Friday and manages the stairs with difficulty.",
     "Discharged Friday, mobility reduced, stairs difficult.", "Recent discharge. Assess mobility at home."),
    ("Nightmares and flashbacks from time in the services.",
     "Veteran with nightmares and flashbacks.", "PTSD symptoms, ex-forces."),
    ("Has stopped going to college and hardly leaves the room.",
     "Not attending college, withdrawn.", "Withdrawn young person, out of education."),
    ("New to the area, little English, would like to meet people.",
     "Recently arrived, isolated, limited English.", "Newcomer, language barrier, lonely."),
    ("Long-term back pain; the tablets do less and less.",
     "Chronic back pain, poor response to medication.", "Persistent pain, wishes other than tablets."),
)  # fmt: skip

CONTACTS = (
    ("First conversation", "Initial appointment", "Assessment visit"),
    ("Home visit", "Visit at home", "Seen at home"),
    ("One-to-one session", "Individual session", "1:1 session"),
    ("Walk and talk", "Walking session", "Met for a walk"),
    ("Review meeting", "Review", "Progress review"),
    ("Joint visit", "Visit together with a partner organisation", "Joint appointment"),
    ("Telephone call", "Phone call", "Telephone contact"),
    ("Group session", "Group", "Group meeting"),
)

TELEPHONE_CALL = 6
"""The place of it above."""

BOOKINGS = ("Session", "Review meeting", "Home visit", "Telephone call", "Group", "First conversation")

SENTENCES = (
    "Came in good spirits and had slept better than last week.",
    "We talked about what a good week would look like.",
    "The mornings are still the hardest part of the day.",
    "Has been to the allotment twice and met a neighbour there.",
    "Finds the bus difficult but managed it with the practice run we did together.",
    "Money is a worry; we went through the letter from the council line by line.",
    "Would like to see the same person each time and not tell the story again.",
    "No thoughts of harming themselves now; knows whom to call, by day and by night.",
    "Agreed to try ten minutes outdoors each day and to note how it felt.",
    "Family is coming at the weekend, which is looked forward to and dreaded in equal parts.",
    "Has not taken the tablets regularly; will speak to the practice about it.",
    "Laughed about the dog, which is a good sign.",
    "Asked about volunteering at the library once things are steadier.",
    "The fall in January still comes up; we practised the steps at the door.",
    "Eating one proper meal a day, up from none.",
    "Feels listened to by the group and wants to go on.",
    "Pain is about the same; sitting for long makes it worse.",
    "The wound is smaller than a fortnight ago and dry at the edges.",
    "Goes to the choir on Thursdays again.",
    "Brought a list of questions, most of which we could answer.",
    "Sleep is broken by the baby, mood a little lighter all the same.",
    "Would rather have a text message than a call from a number that is not known.",
)

ACCEPTED = ("Accepted. First appointment offered.", "Accepted, on the waiting list for about three weeks.",
            "Accepted by the team after discussion.")  # fmt: skip
REJECTED = ("Not accepted: already seen by another team.", "Not accepted: lives outside the area.",
            "Not accepted: asked not to be seen at present.")  # fmt: skip

STEPS = ("Go out for ten minutes each day", "Keep a sleep diary", "Meet once a week for a walk",
         "Join the Thursday group", "See the practice about the tablets", "Ask the council for a new assessment",
         "Call the crisis line when it gets too much", "Practise the bus journey together")  # fmt: skip
