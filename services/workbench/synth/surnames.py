"""Surnames of people in the UK, in order of frequency, and the parts that the many rare ones are made of."""

BRITISH = """
    Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White
    Roberts Green Hall Thomas Clarke Jackson Wood Harris Edwards Turner Martin Cooper Hill Ward Hughes
    Moore Clark King Harrison Lewis Baker Lee Allen Morris Watson Davis Parker James Bennett Young
    Phillips Richardson Mitchell Bailey Carter Cook Shaw Bell Collins Morgan Kelly Miller Cox Marshall
    Simpson Price Anderson Adams Wilkinson Ellis Foster Murphy Chapman Mason Gray Scott Webb Rogers Palmer
    Hunt Mills Holmes Graham Matthews Stevens Campbell Fisher Barnes Knight Butler Russell Lloyd Stewart
    Barker Pearson Powell Reynolds Dixon Murray Fletcher Howard Andrews Richards Elliott Payne Saunders
    Harvey Owen Ford Ryan Walsh Reid Day Brooks West Fox Lawrence Cole Atkinson Bradley Pearce Gibson Rose
    Spencer Williamson Burton Dawson Watts Griffiths Booth Wells Hart Perry Black Woods Robertson Stone
    Newman Willis Gordon Hopkins McDonald Cunningham Hawkins Porter Doyle Bird Grant Carr Jenkins Nicholls
    Armstrong Hunter Harper Francis Berry Kennedy Byrne Hudson Lane Barrett Hicks O'Brien Sullivan
    O'Connor Gallagher Bishop May Freeman Hayes Hamilton Johnston Nelson Sutton Ferguson Lowe Crawford
    Long Dunn Ball Marsh Thomson Burns Gill Chambers Rees Parsons Page Cross Hardy Wallace Alexander
    Arnold Henderson Gardner Stephens Warren George Sharp Lynch Bates Rowe Knowles Todd Sanders Barton
    Bull Dean Hewitt Nash Pritchard Austin Wheeler Lambert Stephenson Jennings Fuller Newton Coleman Poole
    Curtis Read Bond Norris Parry Moss Cooke Weston Slater Tucker Higgins Osborne Holland Frost Bryant
    Davey Hodgson Sims Fowler Burgess Goodwin Abbott Field Howell Jordan Gregory Sharpe Peters Rhodes
    Potter Gibbs Charlton Goddard Mann Hancock Bowen Vincent Reeves Hutchinson Barber Storey Watkins
    Doherty Quinn McCarthy O'Neill Nolan Kavanagh Fitzgerald Brennan Regan O'Sullivan O'Reilly O'Donnell
    McLean MacDonald McKenzie Mackay MacLeod McGregor Sinclair Fraser Duncan Ross Paterson Morrison Milne
    Ritchie Forbes Kerr Cameron Munro Boyd Craig Muir Sutherland Lamb Wade Bray Pope Lucas Whitehead Dale
    Hobbs Sykes Riley Haynes Dyer Banks Larkin Hale Short Noble Peacock Skinner Winter Kemp Steele Bolton
    Hooper Morton Preston Garner Bartlett Allan Wall Baldwin Townsend Gilbert Thornton Buckley Chandler
    Daniels Nicholson Blake Cartwright Humphreys Wyatt Savage Hammond Franklin Carpenter Wilkins Bryan
    Brookes Clayton Hilton Hope Naylor Pratt Stokes Waters Ingram Talbot Tomlinson Whittaker Yates Barlow
    Bentley Gough Faulkner Kirby Leach Connolly Duffy Farrell Flynn Daly Power Maguire McLaughlin Boyle
    Sweeney Tierney Finch Drake Sparrow Larter Gooch Thirkettle Catchpole Cutting Garrod Borrett Balls
    Mallett Howes Youngs Bunn Bloom Blyth Kett Amis Utting Tooke Nudd Gotts Wymer Dack Eke Jarvis Seaman
    Goffin Rix Kerrison Spinks Plumstead Loades Brighty Ling Medler Rump Self Pye Aldous Cracknell Ablett
"""

BY_COMMUNITY = {
    "south asian muslim": """
        Khan Ahmed Hussain Ali Begum Shah Akhtar Miah Mahmood Iqbal Uddin Rahman Malik Mohammed Islam Bibi
        Chowdhury Hassan Mirza Butt Sheikh Qureshi Aslam Rashid Aziz Chaudhry Raja Ahmad Hussein Siddiqui
        Akram Anwar Ashraf Bashir Haq Javed Karim Latif Mughal Nawaz Rafiq Saleem Tariq Younis Zaman
    """,
    "hindu": """
        Patel Shah Sharma Kumar Mistry Desai Mehta Joshi Gupta Parmar Chauhan Solanki Rao Reddy Nair
        Pillai Menon Verma Iyer Bhatt Trivedi Pandya Thakkar Lad Vaghela Rana Das Ghosh Banerjee Mukherjee
        Kapoor Malhotra Agarwal Naidu Krishnan Gurung Rai Thapa
    """,
    "sikh": """Singh Gill Sandhu Dhillon Sidhu Grewal Bains Dhaliwal Sahota Uppal Kang Johal Atwal Mann Bhogal Virdee
        Sohal Rai Khera Bassi""",
    "west african": """
        Mensah Owusu Boateng Asante Appiah Osei Adjei Amoah Okafor Okeke Okonkwo Eze Nwosu Adeyemi Adebayo
        Ogunleye Balogun Oyelaran Akinola Ojo Obi Ibrahim Bello Danso Agyeman Acheampong Ofori Opoku
        Sarpong Yeboah Kamara Sesay Conteh Bangura Koroma Jalloh Ceesay Touray Diallo Okoro
    """,
    "arab and east african": """
        Mohamed Ali Ahmed Hassan Omar Abdi Hussein Ibrahim Farah Warsame Jama Osman Nur Yusuf Adan
        Abdullahi Elmi Hersi Al-Hussain Al-Rashid El-Sayed Saleh Mansour Haddad Khalil Nasser Aziz Karimi
        Tesfaye Haile Bekele Gebre Tekle Demir Yilmaz Kaya Öztürk Rostami Ahmadi Hosseini
    """,
    "polish": """
        Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak
        Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski
        Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski
        Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak
    """,
    "east european": """
        Popescu Ionescu Popa Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Munteanu Constantin
        Lazar Kazlauskas Petrauskas Jankauskas Stankevicius Vasiliauskas Butkus Paulauskas Balciunas
        Berzins Kalnins Ozolins Ivanov Dimitrov Georgiev Petrov Nikolov Todorov Stoyanov Shevchenko
        Kovalenko Bondarenko Novak Horvath Nagy Kovacs Varga
    """,
    "south european": """
        da_Silva dos_Santos Pereira Ferreira Oliveira de_Souza Costa Rodrigues Martins Fernandes Gonçalves
        Gomes Lopes Marques Almeida Ribeiro Carvalho Teixeira Rossi Russo Ferrari Esposito Bianchi Romano
        Garcia Martinez Lopez Sanchez Perez Gomez van_der_Berg de_Vries van_Dijk Müller de_la_Cruz
    """,
    "chinese": """Chan Wong Li Chen Wang Zhang Liu Lee Cheung Lam Leung Ng Ho Lau Yang Huang Zhou Wu Tang Tsang Yip
        Chow Lin Xu Liang Cheng Fung Kwok Mak Tse""",
}
"""Surnames by community; an underscore stands for a space within one."""

RARE_STARTS = """
    Ash Hart Black White Green Brad Ains Alder Apple Arm Ayl Barn Beck Bent Birk Bland Brace Bram Brent
    Brier Broad Brom Buck Bur But Calder Camp Carl Chad Charl Chester Clay Cliff Col Con Cop Cran Craw
    Cros Cul Dal Dar Dun East Eccles Edger Ellen Elm Ever Fair Fal Farn Fen Fern Flet Ful Gar Gates Glad
    Gold Good Gos Gran Graves Hack Had Hag Hal Hamp Hard Hare Harl Hasle Haver Haw Hazel Heath Hem Hen
    Here Hey High Hol Horn Hough How Hum Hurl Ing Kel Ken Kil Kings Kirk Lam Lang Lark Law Led Leigh Lid
    Lin Little Lock Long Lud Lyn Maple Mar Max Mel Mid Mil Mor Mos Nether New Nor North Nut Oak Old Or Os
    Ott Over Ox Pad Park Pem Pen Pick Pit Plum Pres Quar Rad Rams Raven Red Ring Roth Row Rush Ruther Sand
    Sax Sel Shaf Shel Sher Ship Shrews Silver Snel South Spar Stan Staple Stock Strat Sud Sum Swan Swin
    Tat Tem Thorn Til Tor Tun Under Up Wad Wake Wal War Wat Way Wether Whit Wich Wil Win Wol Wood Wor Wyc
    Yar Yel
"""

RARE_ENDS = """
    ton ley ham field wood ford well by worth man shaw den bury stead brook bridge croft more gate dale
    low burn hurst land cott wick thorpe combe ridge head ing house borne stone mere way leigh ell dine
    grave wright son kin lock hall bank som
"""
