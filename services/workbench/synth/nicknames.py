"""What people are called for short, and the spellings in which one name is written down by different hands."""

_SHORT_FORMS = """
    Abigail: Abbie Abby; Alan: Al; Albert: Bert Albie; Alexander: Alex Sandy Alec; Alexandra: Alex Sandra
    Lexi; Alfred: Alf Alfie Fred; Amanda: Mandy; Andrew: Andy Drew; Angela: Angie; Anthony: Tony; Antony:
    Tony; Archibald: Archie; Arthur: Art; Barbara: Barb Babs; Benjamin: Ben Benny; Bernard: Bernie;
    Bethany: Beth; Bradley: Brad; Brenda: Bren; Cameron: Cam; Caroline: Caz Carrie; Catherine: Cath Cathy
    Kate; Charles: Charlie Chas Chuck; Charlotte: Charlie Lottie; Christine: Chris Chrissie; Christopher:
    Chris Kit; Clifford: Cliff; Daniel: Dan Danny; Danielle: Dani; David: Dave Davey; Deborah: Debbie Deb;
    Dennis: Den; Derek: Del; Donald: Don; Dorothy: Dot Dolly; Douglas: Doug; Edward: Ed Eddie Ted; Edmund:
    Ed Ned; Eleanor: Ellie Nell; Elizabeth: Liz Beth Lizzie Betty Libby; Emily: Em Emmy; Eugene: Gene;
    Florence: Flo Florrie; Frances: Fran; Francesca: Fran Frankie; Francis: Frank; Frederick: Fred
    Freddie; Gabrielle: Gabby; Geoffrey: Geoff; Georgina: Georgie Gina; Gerald: Gerry; Gerard: Gerry;
    Gillian: Gill Jill; Gregory: Greg; Hannah: Han; Harold: Harry; Harriet: Hattie; Henry: Harry Hal;
    Isabella: Bella Izzy; Isabelle: Izzy Belle; Jacob: Jake; Jacqueline: Jackie Jacqui; James: Jim Jimmy
    Jamie; Janet: Jan; Janice: Jan; Jeffrey: Jeff; Jennifer: Jenny Jen; Jessica: Jess Jessie; Joanne: Jo;
    John: Jack Johnny; Jonathan: Jon Jonny; Joseph: Joe Joey; Josephine: Jo Josie; Joshua: Josh; Judith:
    Judy; Katherine: Kathy Kate Katie; Kathleen: Kath Kathy; Kenneth: Ken Kenny; Kimberley: Kim; Lawrence:
    Larry Laurie; Leonard: Len Lenny; Leslie: Les; Lesley: Les; Lillian: Lil; Louise: Lou; Madison:
    Maddie; Margaret: Maggie Peggy Meg Marge; Matilda: Tilly; Matthew: Matt; Maureen: Mo; Maxwell: Max;
    Megan: Meg; Melanie: Mel; Melissa: Mel; Michael: Mike Mick Mickey; Michelle: Shell; Muhammad: Mo;
    Mohammed: Mo; Nathan: Nate; Nicholas: Nick Nicky; Nicola: Nicky Nikki; Norman: Norm; Oliver: Ollie;
    Olivia: Liv Livvy; Pamela: Pam; Patricia: Pat Trish Patsy; Patrick: Paddy Pat; Peter:
    Pete; Philip: Phil; Philippa: Pippa; Phyllis: Phyl; Rachel: Rach; Raymond: Ray; Rebecca: Becky Becca;
    Reginald: Reg Reggie; Richard: Rick Dick Rich; Robert: Bob Rob Bobby Robbie; Ronald: Ron Ronnie;
    Rosemary: Rose Rosie; Samantha: Sam Sammy; Samuel: Sam Sammy; Sandra: Sandy; Sarah: Sally Sadie;
    Shirley: Shirl; Sidney: Sid; Stanley: Stan; Stephanie: Steph; Stephen: Steve; Steven: Steve; Stuart:
    Stu; Susan: Sue Susie; Sylvia: Syl; Terence: Terry; Theodore: Theo Ted; Thomas: Tom Tommy; Timothy:
    Tim; Valerie: Val; Veronica: Ronnie Vera; Victor: Vic; Victoria: Vicky Tori; Vincent: Vince; Walter:
    Wally Walt; Wilfred: Wilf; William: Bill Will Billy; Winifred: Win Winnie; Zachary: Zach; Agnieszka:
    Aga; Katarzyna: Kasia; Małgorzata: Gosia; Magdalena: Magda; Aleksandra: Ola; Krzysztof: Kris; Tomasz:
    Tomek; Jakub: Kuba; Oluwaseun: Seun; Chukwuemeka: Emeka; Temitope: Temi
"""

_SPELLINGS = """
    Catherine Katherine Kathryn Catharine; Mohammed Muhammad Mohammad Mohamed; Ahmed Ahmad; Hussain
    Hussein Husain; Stephen Steven Stephan; Geoffrey Jeffrey; Ann Anne; Claire Clare Clair; Sara Sarah;
    Rachel Rachael; Alan Allan Allen; Sean Shaun Shawn; Philip Phillip; Graham Graeme; Teresa Theresa;
    Lynn Lynne Lyn; Tracy Tracey; Deborah Debra; Elizabeth Elisabeth; Isabel Isabelle Isobel; Kerry Kerri;
    Lesley Leslie; Marion Marian; Nicholas Nicolas; Stuart Stewart; Susan Suzanne; Vivien Vivian; Yasmin
    Yasmeen Jasmin; Aisha Ayesha Aysha; Fatima Fatema Fathima; Yusuf Yousuf Youssef; Omar Umar; Hannah
    Hanna; Emily Emilie; Conor Connor; Callum Calum; Aidan Aiden; Kieran Ciaran; Smith Smyth Smythe; Clark
    Clarke; Thompson Thomson Tompson; Davis Davies; Reid Read Reed; Philips Phillips; Brown Browne;
    Matthews Mathews; Johnson Johnston; Green Greene; Moore Moor More; Gray Grey; Nicholls Nichols; Pearce
    Pierce; Taylor Tayler; White Whyte; Wood Woods; Wright Right; Stephens Stevens; Chowdhury Choudhury
    Chaudhry; Begum Begam; Akhtar Akther Aktar; Rahman Rehman; Sheikh Shaikh; Siddiqui Siddiqi; McDonald
    MacDonald; McLean MacLean; Mackay McKay; O'Neill O'Neil; Cooke Cook; Hewitt Hewett; Elliott Elliot
"""


def _read(table: str) -> list[list[str]]:
    return [group.replace(":", " ").split() for group in table.split(";")]


SHORT_FORMS: dict[str, tuple[str, ...]] = {name: tuple(short) for name, *short in _read(_SHORT_FORMS)}
"""Each given name with the forms it is shortened to."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    name: tuple(other for other in group if other != name) for group in _read(_SPELLINGS) for name in group
}
"""Each name, given or family, with the other spellings of it that are heard alike or written one for another."""
