"""Forms of one given name: short forms, pet forms, spellings, and the forms it takes when people move."""

from services.domain.identity.remembered import remembered

_FORMS = """
aaron: aron arron ronnie; abdullah: abdallah abdulla abdollah; abdulrahman: abdurrahman abdelrahman
abdirahman abdurahman abdulrehman abdurrehman; abigail: abi abby abbie gail abigayle abagail; adam: adi ade;
adelaide: addie adele; adrian: ade adie adrien; agnes: aggie nessa agnieszka aga; agnieszka: aga agnes;
ahmed: ahmad ahmet achmed ahmadu; aidan: aiden aydan ayden aodhan; aisha: aysha ayesha aishah ayisha aesha
aishat; alan: allan allen alun al; albert: al bert bertie albie; alexander: alex al sandy xander alec alick
alexandros aleksander alexandr aleksandr sasha eck oleksandr; alexandra: alex sandy lexi lexie alexa sasha
alix aleksandra ola oleksandra; alfred: alf alfie fred; ali: aly; alice: ali alys alicja allie alyce;
alison: ali allison alyson allie; alistair: alasdair alastair alister allister al ali; amanda: mandy manda;
amelia: millie milly emelia amelie; amina: aminah aminat ameena; andrew: andy drew andi andrzej andrei
andreas andres; andrii: andriy andrew andrei; angela: angie ange angelina; anita: neeta; anne: ann annie
anna nan ania; anthony: tony antony ant antoni antonio antonios anton toni; antonia: toni tonia antonina;
archibald: archie archy; arthur: art artie artur arturo; ashley: ash; athanasios: thanasis tom; audrey: aud
audra; barbara: barb babs barbie barbra basia; barnaby: barney; bartholomew: bart bartosz bartek; beatrice:
bea bee beattie trixie beatrix beatriz; belinda: bel linda lindy bindy; benjamin: ben benny benji benjy benj
benjaminas; bernadette: bernie detta; bernard: bernie barney; bethany: beth bethan bethanie; brian: bryan
bri bryn; bridget: biddy bridie brigid bridgette brigit; caitlin: kaitlyn katelyn caitlyn kate; callum:
calum cal kalum; cameron: cam cammy camron; camilla: cammie milly millie camila kamila; carl: karl; carol:
carole carrol; caroline: carol caz carrie caro carolyn carolynn lyn karolina carrolyn; cassandra: cass
cassie kassandra; catherine: cath cathy kate katie kathy kath kay kat kit kitty katherine kathryn catharine
katharine cathryn kathrine katrina catriona trina kasia katarzyna kaye catrin katy kateryna ekaterina
yekaterina katya cat; cecilia: cissie cecily celia cis sisley; charles: charlie chas chuck charley chaz
karol carlos chay; charlotte: charlie lottie lotty charley char carlotta; chidiebere: chidi; christian:
chris cristian kristian; christina: chris chrissie tina christine krystyna kristina christiana crissy
cristina xtina; christine: chris chrissie tina kristine; christopher: chris kit topher kris kristopher
krzysztof kristofer christoph; chukwuemeka: emeka; clare: claire clair klara clara; clifford: cliff; colin:
col colum collin; connor: conor con conner; constance: connie; cornelius: con neil corny; cynthia: cindy;
daniel: dan danny dani danyal daniil deiniol danilo danial; danielle: dani danni danny daniela daniella;
darren: daz darran darryn; david: dave davey dai dafydd dewi davie dawid; dawud: daud dawood daoud; deborah:
deb debbie debra debs debora; deepak: dipak; denise: den denyse; dennis: den denny denis denys; derek: del
deryck derrick derick; desmond: des desi; diana: di diane dianne dee; dimitrios: dimitris jim dimitri;
dmytro: dmitri dmitry dmytri dima; dominic: dom dominik nick nicky dominick domenico; donald: don donny
donnie; dorota: dorothy; dorothy: dot dottie dolly dora dorothea dodie thea; douglas: doug duggie dougie
dougal; duncan: dunc; dwayne: duane dwaine; dylan: dillon dyl dilan; edith: edie ede; edmund: ed eddie ned
ted edmond; edward: ed eddie ned ted teddy ward eddy edvardas edouard eduard eduardo; edwin: ed eddie;
eileen: aileen eilean ilene; elaine: laine lainey elayne; eleanor: ellie nell nellie nora ella elinor ellen
lenny eleanora eleonora elenor elin; elizabeth: liz lizzie beth betty bess bessie betsy eliza lisa elsie
libby lillibet liza lisbeth elisabeth ellie elspeth elzbieta ela elisa buffy lizbeth bet bette lizzy elsa
elisabeta yelizaveta; emily: em emmie milly millie emilie emilia; emma: em emmie; eric: erik rick ricky;
ernest: ernie ern; esther: essie ester hester hettie; eugene: gene evgeny yevgeny; eva: ewa eve evie; evan:
ieuan ifan ioan iwan; evelyn: evie eve lyn evelina; ewa: eva; ewan: euan ewen eoghan; ewelina: evelina;
fatima: fatimah fatema fathima fatma faatimah fatimata fatou fatoumata; felicity: fliss flick liss; fiona:
fi ffion; florence: flo florrie flossie florrance; frances: fran frannie fanny francie cissie sissy
francesca; francesca: fran frannie chess cesca frankie chessie franciszka; francis: frank fran frankie
franciszek francisco francesco franco; franklin: frank frankie; frederica: freddie freda; frederick: fred
freddie freddy fredrick frederic rick frederik fryderyk; gabriel: gabe gabby gavriel; gabrielle: gabby gabs
gabriela gabriella elle; gareth: gaz gary; gary: gaz garry; gavin: gav gavyn; geeta: gita; gemma: jemma gem
jem; geoffrey: geoff jeff jeffrey jeffery geoffry; george: georgie geordie jorge georgios jerzy giorgios
yorgos gheorghe georgi heorhii; georgia: georgie; georgina: georgie gina georgiana; gerald: gerry jerry ged
jerald; geraldine: gerry geri; gerard: gerry ged gerrard jerry gerhard; gheorghe: george gigi; gillian: gill
jill gilly jilly jillian gilian; gordon: gord gordy; grace: gracie; graham: graeme grahame; gregory: greg
gregor grzegorz grigory gregg; grzegorz: grzesiek greg; gurpreet: gurprit; gwendolen: gwen wendy gwendoline
gwenda gwendolyn; halima: haleema halimah; hamza: hamzah; hannah: hanna hana; harold: harry hal; harriet:
harry hattie harri hatty harriette hetty; harrison: harry; hassan: hasan hassaan; hayley: hayleigh haley;
helen: nell nellie nel ellen lena ellie elena helena helene olena yelena; henrietta: etta hettie hetty
harriet; henry: harry hal hank henri henryk enrique henrik; herbert: bert herb bertie; hilary: hil hillary;
holly: hols; howard: howie; hugh: hughie huw hew; hussain: husain hussein husayn hossain hussien; ian: iain;
ibrahim: ebrahim ibraheem ibrahima; imogen: immy imo immie; ioana: joanna; irene: rene renie irena iryna
irina; isa: issa essa eesa; isaac: zak ike izaak isaak; isabel: izzy bella isobel isabelle isabella belle
izzie tibby isa bell ishbel izabela; ishaan: ishan; ismail: ismael ishmael esmail ismaeel; ivan: van vanya;
jacob: jake jakub jakob kuba; jacqueline: jackie jacqui jaqueline jacquelyn jacki jacquie jax jaclyn; james:
jim jimmy jamie jem jimmie jas seamus; jane: jayne janie janey; janet: jan jenny janette jannet jessie;
janice: jan janis janine; jaroslaw: jarek; jasmine: jaz jas jazz jasmin yasmin yasmine yasmeen jazmin;
jason: jay jase; jasvinder: jas; jean: jeanie jeannie jeanne; jennifer: jen jenny jenni jenna jenifer;
jeremy: jez jerry jem jeremiah; jessica: jess jessie jessy; jill: gill jilly; joan: joanie joni; joanna:
joasia asia; joanne: jo joanna joann joey joasia johanna; jocelyn: joss josie lyn; john: johnny jack jon
jock jan ivan juan joao giovanni ioannis yannis johan johann jonny ioan; jolanta: jola; jonathan: jon jonny
johnathan jonathon johnathon jonty johnny jono; jordan: jordon jordy jordyn; joseph: joe joey jo jozef josef
jose jos giuseppe iosif josip; josephine: jo josie jozefina josefina fifi; joshua: josh; judith: judy jude
judi judyta; julia: jules julie; julian: jules jools; julie: jules jools; juliet: jules juliette; justin:
jus; karen: kaz karin karyn caren; karim: kareem; kathleen: kath kathy kay kathlyn cathleen; katie: kate
katy kaytie; kayleigh: kay kaylee kayley keeley; kelly: kel kellie kelley; kenneth: ken kenny kennie; kevin:
kev kevyn caoimhin; khadija: khadijah khadeeja kadija hadiza khadidja; khalid: khaled; kieran: ciaran kieron
keiran keiron cieran kyran; kimberley: kim kimberly kym kimmy kimberlee; kirsten: kirsty kirstin kirstie
kirsteen; konstantinos: kostas costas constantine dinos; kristian: kris; lakshmi: laxmi; laura: laurie lori
laurel; lauren: loren lauryn laurie; lawrence: larry laurie lawrie laurence loz lorenzo lars; layla: leila
laila leyla; leah: lea; leanne: lee leann; lee: leigh; leela: lila; leonard: len lenny leo leonardo leonid
lennie; lesley: les lesly; leslie: les lesley; lewis: lew lou louis luis louie; lillian: lil lily lilly
lilian; linda: lin lindy lynda lyn; lindsay: linz lindsey lynsey lyndsay lyndsey linsey; lisa: leesa liza;
lorraine: lorri raine loraine; louis: lou louie lewis luis; louise: lou lulu louisa luisa; lucinda: lucy
cindy lulu; lucy: lu lucie lucinda luce lucia; luke: lucas lukas lukasz luca; lynn: lyn lynne linnet;
mackenzie: mac kenzie; madeleine: maddie maddy madeline mads magdalena madelaine lena; magdalena: magda
lena; mahmoud: mahmood mehmood mahmud mehmud; malcolm: mal malc malky calum; malgorzata: gosia margaret;
marcus: mark marc marek markus marco marcos; margaret: maggie meg peggy madge marge margie greta mags peg
maisie mairead margery margarita marjorie peggie margo margot meggie malgorzata mog maretta mysie margareta;
maria: ria; marianne: maryanne marian marion; marie: mari; marilyn: lyn marylin; marjorie: marge margie
marjory margery; mark: marc marek; martha: marty mattie marta; martin: marty martyn marcin mart; martina:
tina; mary: molly polly may mamie moll maire mair mairi minnie; maryam: mariam mariyam maryum miriam
mariama; matilda: tilly tilda mattie maud tillie matty; matthew: matt matty mat mateusz mathew mateo
matthias matteo matei; maureen: mo reenie; maurice: mo morris maury moritz; maximilian: max maks; maxine:
max; maxwell: max; meena: mina; megan: meg meggie meghan meagan; melanie: mel; melissa: mel missy; melvin:
mel melvyn; michael: mike mick mickey mikey mickie michal micheal mitch mikael mihai miguel mykhailo mikhail
misha mehal; michelle: shell shelly chelle mich michele; mildred: millie milly; millicent: millie milly;
miriam: mim miri mirriam; miroslaw: mirek; mitchell: mitch; monica: mon monika; moses: moe mo; muhammad:
mohammed mohamed mohammad mohamad muhammed muhamed mohamud mohamoud mohd muhd md mo mehmet mahamed mahomed
muhamad mohammod mohummad mohamedo mamadou mohammadu; musa: moussa moosa mousa; myfanwy: myf fanny; nadia:
nadya nadija; nancy: nan; naomi: nomi noemi; natalie: nat nathalie natalia natasha nataliya natalya natali
talia; natasha: tasha nat natalia tash natacha; nathan: nat nate; nathaniel: nat nate nathan nathanial
natty; neil: neal neale neill; niall: nial; niamh: neve neave nieve; nicholas: nick nicky nik nicolas nico
nikolas mikolaj nikolai mykola colin nickolas nicolae nikolaos; nicola: nicky nikki nic nikita nicole
nichola nikola nickie; nigel: nige; nikolaos: nikos nick; noor: nur nour noora; norman: norm; oliver: ollie
olly oli olivier noll; olivia: liv livvy ollie livia olive; oluwadamilola: dami damilola; oluwafemi: femi;
oluwaseun: seun; oluwatobi: tobi; omar: umar omer umer; oscar: ossie oskar; osman: usman uthman othman
ousmane; owen: owain eoin; pamela: pam pammy; panagiotis: panos peter; patricia: pat patsy pattie trish
tricia patrycja trisha paddy patti; patrick: pat paddy padraig patryk rick patsy padraic pauric; paul: pavel
pawel pablo paulo pol pauly paulius; paula: polly pauline; pauline: polly paula; penelope: penny pen nell;
peter: pete piotr pedro petr pyotr petros pieter petru petar petro pedr; petra: pet; philip: phil pip
phillip filip felipe philippe pippy; philippa: pip pippa phil phillipa filipa; phoebe: febe; preeti: priti;
priscilla: cilla pris scilla; prudence: pru prue; przemyslaw: przemek; rachel: rach rae rachael raquel
shelly rachelle raych; radoslaw: radek; rashid: rasheed rachid; raymond: ray; rebecca: becky becca bex bec
becki rebekah reba rebeca becs; regina: gina reggie; reginald: reg reggie rex; rhys: reece reese rhyse rees;
richard: rick dick rich richie ricky dickie ryszard ricardo ritchie dickon riccardo; robert: bob rob bobby
robbie bert roberto bobbie rab rabbie roby robb; roberta: bobbie bobby robbie bertie; robin: robyn;
roderick: rod rory roddy ric; rodney: rod roddy; roger: rog rodger hodge rodge; roland: rollo roly rowland;
ronald: ron ronnie ronny; rory: ruairi ruaridh ruari; rosalind: ros roz rosie rosalyn rosaline; rosamund:
ros roz rosie rosamond; rose: rosie rosa rosey roza; rosemary: rosie rose romy rosemarie ros roz; rowan:
roan rowen; russell: russ russel rusty; saeed: said saied sayeed saeid; safiya: safia safiyah safiyya;
saira: sairah; sally: sal sallie; samantha: sam sammy sammie samanta; samir: sameer samer; samuel: sam sammy
sammie samuil; sandra: sandy saundra; sara: sarah sal sally sadie; sean: shaun shawn shane seaan shayne;
sebastian: seb bas bastian basti; serhii: sergei sergey serhiy sergio; sharon: shaz shazza sharron sharan;
sheila: sheelagh shelagh sheelah; shirley: shirl; sian: shan sharn; sidney: sid sydney syd; simon: si szymon
simeon simao sy; sinead: shinade sinaid; siobhan: shevaun chevonne shivaun shiv siobhain; slawomir: slawek;
sofia: sophia sophie zofia sofie zosia sofiya sofija; solomon: sol solly; sophie: soph sophy; stacey: stace
stacy staci anastasia; stanislaw: stan stach stanislav; stanley: stan; stephanie: steph stef stephie
stefania stefanie stevie stephany; stephen: steve stevie steven ste stefan stephan szczepan esteban stefano
etienne stevan stepan; stewart: stu stuart stew steward; suleiman: sulaiman suleman sulayman suleyman;
susan: sue susie suzy suzie suzanne susanna susannah zuzanna sukie suzanna suze zuzana suzan susanne zuza;
sylvia: syl silvia sylvie sylwia; tariq: tarek tareq tarik; taylor: tayler; temitope: temi; terence: terry
tel terrance terrence; teresa: terry tess tessa theresa terri therese tereza; thaddeus: thad tadeusz;
theodore: ted teddy theo teodor fyodor; thomas: tom tommy tomasz tomas tam tommaso toma tomos tomek thom;
tiffany: tiff; timothy: tim timmy timothee tymoteusz tymofiy; tobias: toby tobi; tracy: trace tracey traci;
tristan: tris trystan; tyler: ty; una: oona oonagh; ursula: urszula ula; valerie: val; vanessa: nessa ness
van; vera: wiera wera; veronica: ronnie nicky roni weronika veronika; victor: vic wiktor viktor; victoria:
vicky tori vikki vix vic queenie toria wiktoria viktoria viktoriya; vincent: vin vince vinny vincenzo
wincenty; violet: vi letty violeta; virginia: ginny ginger gina; vivian: viv vyvyan; vivienne: viv vivien;
vladimir: vlad volodymyr wlodzimierz vova volodya; walter: wally walt wat; wilfred: wilf fred wilfrid;
wilhelmina: mina minnie billie willa; william: bill will billy willie liam gwilym wills guillermo wilhelm
wil gwil bil; winifred: win winnie freda; wojciech: wojtek; yaqub: yakub yacoub yaqoob; yaseen: yasin yassin
yasiin; yevhen: yevgeny evgeny eugene; yuliia: yulia julia iuliia; yusuf: yousuf yousef youssef yusef yosef
yousaf; yvette: evette; yvonne: evonne von vonnie; zachary: zak zack zach zachariah zakaria zakariya
zacharias zakariyya zechariah; zainab: zaynab zeinab zeynep zainabu zaineb; zara: zahra; zbigniew: zbyszek;
zoe: zoey zoie zooey; zubair: zubayr zubeir
"""
"""Each name in full, a colon, and the forms it takes in records of the United Kingdom, of its own people and of
those who came; a form may belong to several names. General knowledge, weighed for records: what is a name of its
own today (Ian for John) or is gone by nowhere here is left out."""

_ENDINGS = ("eigh", "ie", "ey", "ee", "y", "i")
"""Spellings of the last sound of a pet form: one of them stands for all where the table has another."""


@remembered
def forms_key(given: str) -> tuple[str, ...]:
    """The names in full that a normalised given name may stand for, sorted; itself where it is nobody's form."""
    if not given:
        return ()
    return _BY_FORM.get(given) or _BY_ENDING.get(_one_ending(given)) or (_one_ending(given),)


def same_name(one: str, other: str) -> bool:
    """Whether two normalised given names are forms of one name.

    A form of two names does not make those one: Sam may be Samuel or Samantha, who are not each other. Two
    names that are the same share a `forms_key`.
    """
    return one == other or not set(forms_key(one)).isdisjoint(forms_key(other))


def _one_ending(given: str) -> str:
    """`given` with its pet ending, if it has one, spelled 'y'."""
    ending = next((one for one in _ENDINGS if given.endswith(one)), "")
    return given[: -len(ending)] + "y" if ending and len(given) - len(ending) >= 3 else given


def _by_form() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for name in " ".join(_FORMS.split()).split("; "):
        full, _, forms = name.partition(": ")
        for form in (full, *forms.split()):
            found.setdefault(form, set()).add(full)
    return {form: tuple(sorted(fulls)) for form, fulls in found.items()}


def _by_ending(by_form: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """By the 'y' spelling of every form in the table: the names of all forms that share it."""
    found: dict[str, set[str]] = {}
    for form, fulls in by_form.items():
        found.setdefault(_one_ending(form), set()).update(fulls)
    return {form: tuple(sorted(fulls)) for form, fulls in found.items()}


_BY_FORM = _by_form()
_BY_ENDING = _by_ending(_BY_FORM)
