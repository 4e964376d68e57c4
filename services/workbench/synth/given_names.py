"""Given names of people in the UK: by sex and decade of birth for most, by community for others.

Each table is in order of frequency, the commonest first; the order and not the exact count is what matters.
"""

FEMALE_BY_DECADE = {
    1930: """
        Margaret Joan Mary Dorothy Kathleen Jean Doris Joyce Irene Sheila Barbara Betty Patricia Audrey
        Eileen Elizabeth Sylvia Brenda Beryl Marjorie Vera Edna Hilda Shirley June Pamela Maureen Doreen
        Phyllis Gladys Norma Rita Muriel Winifred Ivy Freda Peggy Olive Nora Daphne Mavis Thelma
    """,
    1940: """
        Margaret Patricia Christine Mary Jean Ann Susan Janet Maureen Barbara Valerie Carol Sandra Pauline
        Elizabeth Joan Pamela Jennifer Kathleen Sheila Anne Judith Brenda Linda Marion Shirley Gillian
        Rosemary Marilyn Sylvia Dorothy Beryl Eileen Jacqueline Diana Veronica Hazel Lesley Hilary
        Josephine Irene Joyce
    """,
    1950: """
        Susan Linda Christine Margaret Carol Jennifer Janet Patricia Barbara Ann Sandra Pamela Pauline
        Jean Jacqueline Kathleen Sheila Valerie Maureen Gillian Marilyn Elizabeth Lesley Catherine Brenda
        Wendy Angela Rosemary Shirley Diane Joan Jane Lynne Irene Janice Elaine Heather Marion June Eileen
        Denise Doreen Judith Helen Yvonne Hilary
    """,
    1960: """
        Susan Julie Karen Jacqueline Deborah Tracey Jane Helen Diane Sharon Tracy Angela Sarah Alison
        Caroline Amanda Sandra Linda Catherine Elizabeth Carol Joanne Wendy Janet Dawn Christine Nicola
        Lesley Gillian Lorraine Michelle Paula Lynn Denise Anne Maria Carolyn Beverley Heather Ruth Jill
        Fiona Debra Maxine Elaine Louise Mandy
    """,
    1970: """
        Sarah Claire Nicola Emma Lisa Joanne Michelle Helen Samantha Karen Victoria Catherine Amanda
        Rachel Tracy Louise Julie Clare Rebecca Sharon Angela Kelly Alison Jennifer Jane Paula Kerry Dawn
        Andrea Elizabeth Katherine Zoe Susan Donna Tara Melanie Heather Natalie Sally Anna Tina Jacqueline
        Ruth Hayley Wendy Charlotte Caroline Vanessa
    """,
    1980: """
        Sarah Laura Gemma Emma Rebecca Claire Victoria Samantha Rachel Amy Jennifer Nicola Katie Lisa
        Kelly Natalie Louise Michelle Hayley Hannah Helen Charlotte Joanne Lucy Elizabeth Leanne Danielle
        Donna Katherine Clare Stephanie Stacey Lauren Jane Catherine Zoe Kirsty Jessica Alexandra
        Kimberley Melissa Kate Anna Holly Heather Jenna Natasha Carly
    """,
    1990: """
        Rebecca Lauren Jessica Charlotte Hannah Sophie Amy Emily Laura Emma Chloe Sarah Lucy Katie Bethany
        Jade Megan Danielle Natasha Samantha Rachel Alice Abigail Olivia Holly Georgia Stephanie Alexandra
        Victoria Natalie Eleanor Elizabeth Jennifer Zoe Kirsty Gemma Paige Hayley Leah Shannon Melissa
        Naomi Amber Molly Kelly Louise Ellie Harriet
    """,
    2000: """
        Emily Ellie Jessica Sophie Chloe Lucy Olivia Charlotte Katie Megan Grace Hannah Amelia Ella Mia
        Lily Abigail Emma Amy Molly Leah Holly Millie Georgia Ruby Daisy Jasmine Isabella Evie Caitlin
        Freya Poppy Erin Bethany Isabelle Lauren Phoebe Imogen Madison Elizabeth Alice Rebecca Niamh
        Eleanor Amber Matilda Scarlett Keira Maisie
    """,
    2010: """
        Olivia Amelia Isla Ava Emily Isabella Mia Poppy Ella Lily Sophia Grace Evie Freya Florence Ivy
        Willow Rosie Charlotte Elsie Sienna Daisy Phoebe Alice Ruby Evelyn Sophie Matilda Maisie Harper
        Millie Isabelle Emilia Eva Penelope Luna Ada Aria Violet Mila Maya Bella Eliza Jessica Erin Thea
        Robyn Orla Aurora Ottilie Nancy Lottie Mabel
    """,
}
"""Female names of people born in the ten years from each year; the first table also serves those born earlier,
the last those born later."""

MALE_BY_DECADE = {
    1930: """
        John William George James Ronald Robert Kenneth Frederick Thomas Albert Eric Dennis Arthur Leslie
        Edward Peter Stanley Alfred Charles Raymond Norman Harold Roy Alan Derek Reginald Walter Ernest
        Sidney Frank Donald Gordon Douglas Joseph Jack Leonard Geoffrey Cyril Henry Victor Herbert David
        Michael Bernard Percy Cecil Ralph Ivor
    """,
    1940: """
        John David Michael Peter Robert Anthony Brian Alan William James Richard Kenneth Roger Keith Colin
        Christopher Raymond Barry Terence Derek Roy Ronald Graham Malcolm Geoffrey Trevor Dennis Thomas
        Edward George Paul Patrick Donald Ian Stuart Clive Gordon Norman Stephen Frederick Philip Andrew
        Bernard Francis Victor Leslie Douglas Neil
    """,
    1950: """
        David John Stephen Michael Peter Robert Paul Alan Christopher Richard Anthony Kevin Ian Andrew
        Philip Keith Terence Barry Brian Malcolm Graham Martin William James Raymond Roger Nigel Colin
        Trevor Mark Geoffrey Kenneth Neil Clive Derek Thomas Timothy Patrick Stuart Simon Leslie Gary
        Charles Roy Jeffrey Nicholas Duncan Howard
    """,
    1960: """
        David Paul Andrew Mark John Michael Stephen Ian Robert Richard Christopher Peter Simon Anthony
        Kevin Gary Steven Martin James Philip Alan Neil Nigel Timothy Colin Graham Jonathan Nicholas
        William Adrian Brian Stuart Keith Thomas Sean Carl Trevor Wayne Shaun Kenneth Barry Derek Dean
        Raymond Antony Jeremy Darren Matthew
    """,
    1970: """
        Paul Mark David Andrew Richard Christopher James Simon Michael Matthew Stephen Lee John Robert
        Darren Daniel Steven Jason Nicholas Jonathan Ian Neil Peter Stuart Anthony Martin Kevin Craig
        Philip Gary Scott Wayne Timothy Benjamin Adam Alan Dean Adrian Carl William Thomas Gareth Justin
        Shaun Alexander Barry Jamie Nathan Ryan
    """,
    1980: """
        Christopher James David Daniel Michael Matthew Andrew Richard Paul Mark Thomas Adam Robert John
        Lee Benjamin Steven Jonathan Craig Stephen Simon Nicholas Peter Anthony Alexander Gary Ian Ryan
        Darren Barry Joseph Samuel Jamie Stuart Gareth Scott Martin Philip Neil Kevin William Luke Ashley
        Carl Kieran Edward Timothy Nathan Aaron Dean
    """,
    1990: """
        Thomas James Jack Daniel Matthew Ryan Joshua Luke Samuel Jordan Adam Michael Alexander Christopher
        Benjamin Joseph Liam Jake William Andrew George Lewis Oliver David Robert Jamie Nathan Connor
        Jonathan Harry Callum Aaron Ashley Bradley Jacob Kieran Scott Sam John Ben Mark Charles Sean
        Edward Lee Stephen Richard Kyle Kane Dominic Elliot
    """,
    2000: """
        Jack Thomas Joshua James Daniel Harry Samuel Joseph Matthew Callum Luke William Lewis Oliver Ryan
        Benjamin George Liam Jordan Adam Alexander Jake Connor Cameron Nathan Kieran Jamie Jacob Michael
        Ben Ethan Charlie Bradley Brandon Aaron Max Dylan Kyle Robert Christopher David Edward Charles
        Owen Louis Alex Joe Rhys Mason Riley Tyler Logan
    """,
    2010: """
        Oliver George Harry Noah Jack Leo Arthur Oscar Charlie Jacob Muhammad Thomas Henry Freddie Alfie
        Theo William Theodore Archie Joshua Alexander James Isaac Edward Lucas Tommy Finley Max Logan
        Ethan Mason Harrison Teddy Joseph Arlo Sebastian Benjamin Elijah Louie Ronnie Reggie Jude Hugo
        Luca Rory Albie Roman Samuel Zachary Frankie Toby Rowan Jasper Otis
    """,
}
"""Male names, as the female ones."""

FEMALE_OF_ANY_AGE = """
    Abbie Agnes Aileen Alexa Alma Amabel Anastasia Angharad Annabel Annette Antonia April Astrid Beatrice
    Belinda Bernadette Bethan Bianca Bonnie Bridget Bronwyn Camilla Cara Carmen Cassandra Cecilia Celia
    Chantelle Cheryl Clarissa Claudia Constance Cordelia Cora Corinne Daniella Davina Deirdre Della
    Delphine Edith Elinor Eloise Elspeth Emmeline Ernestine Esme Estelle Esther Eunice Faith Felicity
    Ffion Frances Francesca Gabrielle Gaynor Genevieve Georgina Geraldine Gloria Grainne Greta Gwen
    Gwyneth Helena Henrietta Hermione Hope Iona Iris Jacinta Jemima Joy Juliet Justine Kiera Lara Lavinia
    Leona Lilian Lois Loretta Lorna Lucinda Lydia Mairi Marcia Marguerite Martha Maud Meredith Miranda
    Miriam Moira Morag Morwenna Myra Nadine Nerys Nina Noreen Octavia Petra Philippa Polly Primrose
    Priscilla Rhiannon Roberta Rosalind Rosamund Rowena Roxanne Saffron Seren Shelley Sian Siobhan Tabitha
    Tamsin Teresa Tessa Theresa Trudy Ursula Verity Vivien Wilma Winnie Yasmin
"""

MALE_OF_ANY_AGE = """
    Abraham Adair Aidan Alasdair Alec Alistair Alun Alwyn Ambrose Angus Archibald Aubrey Augustus Austin
    Barnaby Bartholomew Basil Benedict Bertram Blake Brendan Bruce Bryn Caleb Campbell Casper Cedric
    Chester Clarence Claude Clement Clifford Conrad Crispin Curtis Cuthbert Dafydd Damian Declan Denzil
    Desmond Dewi Digby Donovan Dorian Dougal Dwayne Eamon Edgar Edmund Elias Elwyn Emlyn Emrys Euan Eugene
    Evan Ewan Felix Fergus Finn Finlay Frazer Gabriel Gavin Gerald Gerard Gilbert Giles Glen Glyn Godfrey
    Grant Gregory Guy Gwilym Hamish Harvey Hector Horace Hubert Hugh Humphrey Idris Iestyn Iwan Jared
    Jerome Joel Julian Keiran Kenny Kit Kurt Lachlan Lance Lawrence Leon Leopold Lester Linus Lloyd Lorcan
    Lyle Magnus Marcus Maurice Maxwell Merlin Miles Morgan Mungo Murray Myles Neville Nicolas Noel Oisin
    Orlando Osian Oswald Owain Padraig Patrick Piers Quentin Raphael Rex Reuben Robin Roderick Rodney
    Roland Rufus Rupert Russell Saul Sebastian Seth Silas Solomon Spencer Stewart Tarquin Tristan Tudor
    Valentine Vernon Vincent Wilfred Winston Zachariah
"""

FEMALE_SECOND = """
    Ann Louise Jane Elizabeth Marie Mary Margaret Rose Grace Anne May Victoria Catherine Jean Claire Amy
    Ruth Helen Lynn Patricia Joan Emma Frances Charlotte Alice Kate Dawn Hope Michelle Christine Susan
    Nicola
"""

MALE_SECOND = """
    James John William David Thomas Michael Robert Paul George Peter Alan Edward Andrew Charles Richard
    Joseph Stephen Anthony Christopher Alexander Daniel Lee Henry Matthew Mark Philip Arthur Ian Frederick
    Francis
"""

FEMALE_BY_COMMUNITY = {
    "south asian muslim": """
        Fatima Ayesha Aisha Maryam Zainab Khadija Shazia Nasreen Rukhsana Shabana Samina Parveen Yasmin
        Saima Farzana Nazia Rubina Sadia Hafsa Amina Shahida Bushra Razia Noreen Halima Sumaiya Rehana
        Tahira Nadia Zara Sana Iqra Anisa Humaira Asma Farah Mehwish Rashida Zakia Salma
    """,
    "hindu": """
        Priya Pooja Anjali Meena Sunita Nisha Kavita Rekha Neha Hansa Bhavna Jyoti Hema Sita Lakshmi Deepa
        Usha Asha Sangita Divya Shreya Radha Kiran Aarti Geeta Manjula Pushpa Rupal Ananya Diya Mira
        Nirmala
    """,
    "sikh": """Harpreet Manpreet Jaspreet Gurpreet Simran Kulwinder Balwinder Rajinder Amandeep Sukhvinder Kiranjit
        Navdeep Parminder Ravinder Jasmin Surinder Amrit Satnam Baljit Daljit""",
    "west african": """
        Blessing Grace Mercy Comfort Abena Akosua Ama Adwoa Esi Folake Funmilayo Ngozi Chioma Ifeoma
        Adaeze Temitope Yetunde Titilayo Oluwaseun Patience Joy Victoria Precious Esther Chidinma Amaka
        Bukola Gifty Efua Afia
    """,
    "arab and east african": """Fatuma Amina Hodan Halima Maryan Fadumo Sahra Ayan Khadra Hawa Zahra Leyla Mariam Noor
        Hiba Rania Samira Salma Nour Huda Layla Dina Selam Tigist Hana Yasmin Rahma Ifrah Nimco Sagal""",
    "polish": """
        Anna Katarzyna Agnieszka Małgorzata Ewa Magdalena Monika Joanna Aleksandra Karolina Natalia
        Zuzanna Julia Maja Hanna Oliwia Zofia Barbara Beata Dorota Iwona Justyna Marta Paulina Patrycja
        Sylwia Weronika Kinga Alicja Izabela
    """,
    "east european": """
        Maria Elena Ioana Andreea Mihaela Alexandra Cristina Daniela Gabriela Roxana Raluca Simona Rasa
        Jurgita Inga Lina Daiva Vilma Jolanta Egle Kristina Daina Ilze Liga Ivanka Desislava Petya
        Katerina Viktoria Oksana
    """,
    "south european": """
        Maria Ana Sofia Beatriz Inês Carla Sónia Paula Cristina Patrícia Filipa Marta Catarina Francesca
        Giulia Chiara Lucia Carmen Isabel Pilar Elena Laura Rosa Fernanda Juliana Luciana Camila Bianca
    """,
    "chinese": """Mei Ling Xin Yi Li Hui Jia Wei Yan Fang Xiu Ying Jing Na Min Hong Amy Grace Jenny Vivian Fiona
        Yuk Wing Ka Siu Wai""",
}

MALE_BY_COMMUNITY = {
    "south asian muslim": """
        Mohammed Muhammad Mohammad Ahmed Ali Hassan Hussain Imran Usman Bilal Tariq Asif Zahid Shahid Amir
        Abdul Omar Ibrahim Yusuf Hamza Umar Adnan Kamran Faisal Nadeem Khalid Rashid Saeed Waseem Zain
        Rehan Haroon Javed Sajid Arif Naveed Ismail Aziz Rafiq Shafiq
    """,
    "hindu": """
        Amit Raj Sanjay Rahul Vijay Anil Sunil Rakesh Dinesh Mahesh Suresh Ramesh Nikhil Arjun Rohan Aarav
        Krishna Hitesh Jayesh Kishan Mukesh Pradeep Prakash Ravi Sandeep Vikram Ashok Bharat Chetan Deepak
        Kamal
    """,
    "sikh": """Harpreet Manjit Jaspal Gurdeep Sukhdev Balbir Rajinder Amandeep Sukhvinder Kulwant Navdeep Parminder
        Ravinder Surjit Amrit Satnam Baldev Daljit Jagdeep Karan""",
    "west african": """
        Emmanuel Samuel Daniel David Kwame Kofi Kwabena Yaw Kojo Kwaku Oluwaseun Ayodele Babatunde Adebayo
        Chukwuemeka Chinedu Emeka Ifeanyi Obinna Tunde Olumide Femi Segun Isaac Joseph Michael Prince
        Godwin Sunday Festus
    """,
    "arab and east african": """
        Mohamed Abdi Ahmed Ali Hassan Omar Abdullahi Ibrahim Yusuf Abdirahman Mahad Hussein Ismail Mustafa
        Khalid Karim Tarek Youssef Samir Bashir Yonas Dawit Tesfaye Abel Osman Liban Mahamud Jama Farah
        Said
    """,
    "polish": """
        Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Adam Łukasz Marek Grzegorz Mateusz
        Wojciech Dariusz Mariusz Kamil Dawid Szymon Rafał Robert Maciej Filip Kacper Antoni Bartosz Damian
        Artur Sławomir
    """,
    "east european": """
        Andrei Alexandru Ion Mihai Gheorghe Adrian Florin Cristian Marius Ionut Vasile Daniel Tomas
        Mindaugas Darius Andrius Vytautas Arturas Jonas Saulius Janis Andris Juris Georgi Dimitar Ivan
        Nikolay Stefan Petar Oleksandr
    """,
    "south european": """
        José João António Manuel Carlos Paulo Pedro Rui Luís Nuno Tiago Miguel Ricardo Marco Giuseppe
        Antonio Francesco Alessandro Javier Juan Alejandro Diego Rafael Fernando Bruno Fabio Lucas Gustavo
    """,
    "chinese": """Wei Jun Ming Hao Jian Tao Lei Chen Kai Yong Feng Bin Jason Kevin Raymond Alan Wai Ka Chi Kin Ho
        Kwok Siu""",
}
