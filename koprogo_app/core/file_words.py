"""How people ask for what stands in their own building's papers: expressions of intents.about(), for redirects. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from .intents import about


class Topic(StrEnum):
    """What is asked of one's own file."""

    ACCOUNT = "account"
    CALL = "call"
    COSTS = "costs"
    MINUTES = "minutes"
    RULES = "rules"
    MEETING = "meeting"
    COURT = "court"
    WORKS = "works"
    CONTRACTS = "contracts"
    ANOTHER = "another"


_MEETING = {
    "fr": r"(?:assemblee(?: generale)?|ag|ago|age|reunion)",
    "nl": r"(?:algemene vergadering|(?:jaar)?vergadering|av|bav)",
    "de": r"(?:generalversammlung|(?:jahres|eigentumer)?versammlung|gv)",
    "en": r"(?:(?:annual )?(?:general )?meeting|agm|egm|gm|assembly)",
}
_WORKS = {
    "fr": (
        r"(?:travaux|reparations?|chantier|renovation|ravalement|ascenseur|toiture|toit|facade|chaudiere|chauffage|porte"
        r"|parlophone|fuite)"
    ),
    "nl": (
        r"(?:\w*werken|werkzaamheden|renovatie|herstelling(?:en)?|lift|dak|gevel|ketel|verwarming|poort|parlofoon|lek)"
    ),
    "de": (
        r"(?:\w*arbeiten|sanierung|renovierung|reparatur(?:en)?|aufzug|dach|fassade|heizung|heizkessel|sprechanlage|leck)"
    ),
    "en": r"(?:works?|repairs?|renovation|lift|elevator|roof|facade|boiler|heating|intercom|leak)",
}
_OURS = {
    "fr": r"mon|ma|mes|notre|nos|je|j'ai|ai je|dois je|vais je|nous|on|moi",
    "nl": r"mijn|ons|onze|ik|we|wij|mij",
    "de": r"mein\w*|unser\w*|ich|wir|mich|mir",
    "en": r"my|our|i|we|me|us",
}
_EACH = {
    "fr": r"par (?:coproprietaire|lot|appartement)|chaque (?:coproprietaire|lot)",
    "nl": r"per (?:mede eigenaar|eigenaar|kavel|appartement)",
    "de": r"pro (?:miteigentumer|eigentumer|los|wohnung)",
    "en": r"per (?:co ?owner|owner|lot|flat)",
}
# What one asks of one's own file, the first that fits; each an expression of about().
OWN_FILE: Mapping[str, Sequence[tuple[Topic, str]]] = {
    "fr": (
        (Topic.CALL, about(
            "fr", r"combien|quel\w*|quand|montant|echeance",
            r"(?:prochaine?s?|derni\w+|mon|ma|mes|notre|nos) (?:appels?|provisions?|avances?)(?: de (?:fonds|provisions?|charges))?",
            but=r"contenir|mention\w*|recu\w*|contest\w*",
        )),
        (Topic.CALL, about("fr", r"combien|montant", r"l'appel de fonds (?:de|du) \w+")),
        (Topic.COSTS, about(
            "fr", r"(?:ma|notre) (?:part|quote part)",
            r"charges|frais|couts?|travaux|factures?|depenses|chauffage|toiture|facade|ascenseur", but=r"comment|cle|repart\w*|calcul\w*",
        )),
        (Topic.COSTS, about(
            "fr", r"combien|prix|cout", r"cout\w*|payer?|paie|depense\w*|consomm\w*|prix", rf"{_OURS['fr']}|{_EACH['fr']}",
            but=r"tva|interets?|notaire|dois|avocat|recommande|appels?|acompte|virement",
        )),
        (Topic.COSTS, about(
            "fr", r"combien|quel\w*|montant|solde|etat", r"fonds|budget|caisse|tresorerie|reserves?", r"notre|nos|avons nous|on a|a t on",
            but=r"pourcentage|mettre|verser|alimenter|constituer|placer|utilis\w*|type|appels?",
        )),
        (Topic.COSTS, about(
            "fr", r"combien|quel\w*|montant|detail", r"(?:mes|nos) (?:charges|frais|depenses|consommations?)",
            but=r"recuperables?|deductibles?|locataire|repart\w*|prescri\w*|impots?|cle",
        )),
        (Topic.ACCOUNT, about(
            "fr", r"combien|quel montant", r"je dois|dois je|j'ai a payer|reste t il a payer",
            but=r"pour|ascenseur|chauffage|frais|recommande|copie|travaux|temps",
        )),
        (Topic.ACCOUNT, about(
            "fr", r"solde|arrieres?|dettes?|impayes|a jour|en ordre|en regle|en retard|trop paye|tout paye", _OURS["fr"],
            but=r"syndic|documents?|taches?|dossiers?|qui|agenda|ordre du jour|demander|adresse|coordonnees|travaux|statuts"
                r"|reglement|pv|prescri\w*|interets?|recouvr\w*|fonds",
        )),
        (Topic.ACCOUNT, about("fr", r"ai je|j'ai", r"payee?s?|regle", r"tout(?:e|es)?|bien|deja", but=r"combien|contre")),
        (Topic.ACCOUNT, about("fr", r"(?:mon|mes|ma) (?:derni\w+ )?(?:paiements?|virements?|versements?)", r"arrive|recu|enregistre|comptabilise|ou en|bien")),
        (Topic.MEETING, about(
            "fr", rf"quand|date|ou|a quelle heure|quel jour|ordre du jour|convocation|^prochaine {_MEETING['fr']}$",
            rf"(?:prochaine|notre) {_MEETING['fr']}",
            but=r"periode|quinzaine|15 jours|quinze jours|derni\w+|pv|proces verbal|a eu lieu|mettre|ajouter|inscrire|comment|demander"
                r"|propos\w+|jusqu'a|envoyer|reporter|deuxieme|seconde|tard\w*",
        )),
        (Topic.MINUTES, about(
            "fr", r"^(?:et |alors )?(?:comment|qui|combien|est ce que)",
            r"(?:a|ai|ont|avons)(?: t (?:il|elle|on)| je| nous)? vote|s'est abstenu|se sont abstenus",
            but=r"attaquer|recours|puis je|pv|proces verbal|mention\w*|absents?|secret",
        )),
        (Topic.MINUTES, about(
            "fr", r"qu'(?:a|ont|avons|est ce)\b.*|quel\w* (?:decisions?|resultats?)|les decisions",
            r"decide\w*|votee?s?|approuve\w*|adopte\w*|prises?", r"derni\w+ \w+|notre \w+|l'assemblee|l'ag|(?:pour|sur) (?:la|le|les|l') ?\w+",
            but=r"prochaine?|attaquer|recours|puis je|unilateral\w*|ecrit|secret",
        )),
        (Topic.MINUTES, about("fr", rf"(?:l'|notre |la derniere ){_MEETING['fr']}(?: de \d+)? a(?: t elle)? (?:approuve|vote|decide|accepte|refuse|adopte|elu|nomme)",
                        r"a t elle|est ce que", but=r"attaquer|recours|puis je")),
        (Topic.MINUTES, about("fr", r"(?:a t (?:il|elle)|ont (?:ils|elles)|est ce que\b.*\b(?:a|ont)) ete (?:votee?s?|approuvee?s?|decidee?s?|accepte?e?s?)")),
        (Topic.COURT, about("fr", r"(?:mon|notre|nos|mes|ma) (?:proces(?! verba)|affaires?|litiges?|actions? en justice|conflit|procedure|plainte)",
                      but=r"frais|combien de temps|prescri\w*|avocat|comment|assurance")),
        (Topic.COURT, about("fr", r"(?:avons nous|a t on|ai je|est ce qu'on a) (?:gagne|perdu)|vais je gagner")),
        (Topic.COURT, about("fr", r"ou en est|resultat|issue", r"proces(?! verba)|procedure|jugement|expertise|litige")),
        (Topic.CONTRACTS, about(
            "fr", r"qui|quel\w*|chez|aupres",
            r"(?:notre|nos) (?:assur\w+|courtier|fournisseurs?|banque|concierge|avocat|compagnie|societe|femme de menage)"
            r"|(?:nous|immeuble|copropriete)\b.*\bassuree?s?", but=r"dois|paie|responsab\w*",
        )),
        (Topic.CONTRACTS, about("fr", r"qui", r"entretient|nettoie|assure", r"notre|nos")),
        (Topic.CONTRACTS, about(
            "fr", r"franchise|couverture|prime|echeance|expire|termine|fin|quand|duree", r"contrats?|mandat|assurance|police", r"notre|nos",
            but=r"resili\w*|denonc\w*|tacite\w*|renouvel\w*",
        )),
        (Topic.WORKS, about(
            "fr", r"quand|ou en (?:est|sont)|avancement", rf"{_WORKS['fr']}|signalement|ticket|sinistre|panne|interphone",
            r"commenc\w*|debut\w*|fini\w*|termin\w*|repar\w*|remplac\w*|ou en (?:est|sont)|avancement",
            but=r"exercice|mandat|contrat|declar\w*|urgents?|vot\w+|qui",
        )),
    ),
    "nl": (
        (Topic.CALL, about(
            "nl", r"hoe ?veel|wat|wanneer|hoe hoog|welk bedrag|bedrag",
            r"(?:volgende?|laatste|mijn|ons|onze) (?:\w*voorschot\w*|provisies?|\w*oproep\w*|\w*opvraging\w*|bijdragen?)",
            but=r"vermeld\w*|bevatten|ontvangen|vergadering|av",
        )),
        (Topic.COSTS, about(
            "nl", r"(?:mijn|ons) (?:aan)?deel", r"\w*kosten|lasten|\w*werken|factu\w+|uitgaven|verwarming|dak|gevel|lift",
            but=r"hoe|verdeel\w*|bereken\w*",
        )),
        (Topic.COSTS, about(
            "nl", r"hoe ?veel|wat|prijs", r"kost(?:en|te|te?n)?|betaald|betalen|verbruikt|uitgegeven|prijs", rf"{_OURS['nl']}|{_EACH['nl']}",
            but=r"btw|intrest\w*|notaris|moet|schuldig|verschuldigd|advocaat|aangetekend\w*|oproep\w*|voorschot\w*",
        )),
        (Topic.COSTS, about(
            "nl", r"hoe ?veel|wat|hoe groot|saldo|stand", r"\w*(?:fonds|reserve\w*|kapitaal)|begroting|budget|kas", r"ons|onze|hebben we|we",
            but=r"procent|storten|aanleggen|beleggen|gebruik\w*|soort|oproep\w*",
        )),
        (Topic.COSTS, about(
            "nl", r"hoe ?veel|wat|hoe hoog|hoe groot|bedrag", r"(?:mijn|onze) (?:\w*kosten|lasten|verbruik|uitgaven|afrekening)",
            but=r"recupereer\w*|aftrekbaar|huurder|verdeel\w*|verjaard|belasting\w*",
        )),
        (Topic.ACCOUNT, about("nl", r"hoe ?veel", r"ben ik|moet ik|heb ik", r"verschuldigd|schuldig|te betalen", but=r"voor|lift|verwarming|kopie")),
        (Topic.ACCOUNT, about(
            "nl", r"saldo|achterstal\w*|achterstand|schuld(?:en)?|achterop|in orde|alles betaald|te veel betaald|te laat|ervoor",
            r"ik|mijn", but=r"syndicus|documenten|taken|dossiers?|wie|agenda|vragen|adres|\w*gegevens|werken|statuten|reglement|verjaard"
                            r"|intrest\w*|invorder\w*|\w*fonds|zaak",
        )),
        (Topic.ACCOUNT, about("nl", r"heb ik\b.*\bmijn \w+ (?:al )?betaald$")),
        (Topic.ACCOUNT, about("nl", r"mijn (?:laatste )?(?:betaling(?:en)?|overschrijving|storting)", r"aangekomen|ontvangen|verwerkt|geboekt")),
        (Topic.MEETING, about(
            "nl", rf"wanneer|datum|waar|hoe laat|welke dag|agenda|uitnodiging|oproeping|^volgende {_MEETING['nl']}$",
            rf"(?:volgende|onze) {_MEETING['nl']}",
            but=r"periode|vijftien dagen|15 dagen|laatste|notulen|verslag|plaatsgevonden|zetten|toevoegen|inschrijven|hoe (?:kan|zet)|vragen"
                r"|\w*voorstel\w*|laattijdig\w*|tot wanneer|sturen|uitstellen|tweede|beslist",
        )),
        (Topic.MINUTES, about(
            "nl", r"^(?:en )?(?:hoe|wie|hoeveel|heeft|hebben|heb)", r"gestemd|stemden?|onthouden|onthield\w*",
            but=r"aanvecht\w*|notulen|vermeld\w*|afwezig\w*|geheim",
        )),
        (Topic.MINUTES, about(
            "nl", r"wat|welke beslissing(?:en)?|beslissing(?:en)?", r"beslist\w*|besliste|gestemd|goedgekeurd|genomen",
            r"laatste \w+|onze \w+|de vergadering|er (?:\w+ )?(?:beslist|gestemd|goedgekeurd)|we|over (?:de|het) \w+",
            but=r"volgende|aanvecht\w*|schriftelijk|geheim",
        )),
        (Topic.MINUTES, about("nl", rf"^heeft (?:de|onze)(?: laatste)? {_MEETING['nl']}", r"goedgekeurd|beslist|aanvaard|geweigerd|benoemd|verkozen", but=r"aanvecht\w*")),
        (Topic.MINUTES, about("nl", r"^(?:is|zijn|werd|werden)\b.*\b(?:goedgekeurd|gestemd|beslist)$")),
        (Topic.COURT, about("nl", r"(?:mijn|onze|ons) (?:rechtszaak|zaak|proces(?! verbaal)|geschil|procedure|klacht)",
                      but=r"kosten|hoe lang|verjaard|advocaat|verzekering")),
        (Topic.COURT, about("nl", r"(?:hebben we|heb ik|zal ik)\b.*\b(?:gewonnen|verloren|winnen)")),
        (Topic.COURT, about("nl", r"hoe staat het|hoe ver staat|uitslag|resultaat", r"rechtszaak|proces|procedure|vonnis|expertise|geschil")),
        (Topic.CONTRACTS, about(
            "nl", r"wie|welke?|bij wie", r"onze (?:verzeker\w+|makelaar|leveranciers?|bank|concierge|poets\w*|liftfirma|advocaat)"
                                         r"|(?:we|gebouw|vme)\b.*\bverzekerd", but=r"betaalt|aansprakelijk\w*",
        )),
        (Topic.CONTRACTS, about("nl", r"wie", r"onderhoudt|poetst|verzekert", r"ons|onze")),
        (Topic.CONTRACTS, about(
            "nl", r"vrijstelling|dekking|premie|vervaldag|wanneer|einde|duur", r"\w*contract|mandaat|verzekering|polis|overeenkomst", r"ons|onze",
            but=r"opzeg\w*|verleng\w*|hernieuw\w*",
        )),
        (Topic.WORKS, about(
            "nl", r"wanneer|hoe ver|hoe staat het", rf"{_WORKS['nl']}|melding|ticket|schadegeval|panne|\w*deur",
            r"begin(?:nen|t)|start(?:en)?|eindigen|gedaan|klaar|hersteld|vervangen|hoe ver|hoe staat het",
            but=r"boekjaar|mandaat|contract|aangeven|dringend\w*|gestemd|wie",
        )),
    ),
    "de": (
        (Topic.CALL, about(
            "de", r"wie viel|wieviel|was|wann|wie hoch|welcher betrag|betrag",
            r"(?:nachste[rn]?|letzte[rn]?|mein\w*|unser\w*) (?:\w+licher? )?(?:\w*vorsch\w+|\w*abrufe?|beitrage?)",
            but=r"enthalten|vermerk\w*|versammlung",
        )),
        (Topic.COSTS, about(
            "de", r"(?:mein|unser) anteil", r"\w*kosten|lasten|\w*arbeiten|rechnung\w*|ausgaben|heizung|dach|fassade|aufzug",
            but=r"wie wird|verteil\w*|berechn\w*",
        )),
        (Topic.COSTS, about(
            "de", r"wie viel|wieviel|was|preis", r"(?:ge)?kost(?:et|en|ete)|bezahlt|gezahlt|zahlen|verbraucht|ausgegeben|preis",
            rf"{_OURS['de']}|{_EACH['de']}",
            but=r"mwst|zinsen|notar|muss|schulde|anwalt|einschreiben|abruf\w*|vorschuss\w*",
        )),
        (Topic.COSTS, about(
            "de", r"wie viel|wieviel|wie hoch|was|saldo|stand", r"\w*(?:reserve\w*|kapital|rucklagen?)|haushaltsplan|budget|kasse", r"unser\w*|haben wir",
            but=r"prozent|einzahlen|anlegen|bilden|verwend\w*|abruf\w*",
        )),
        (Topic.COSTS, about(
            "de", r"wie viel|wieviel|wie hoch|was|betrag", r"(?:meine|unsere) (?:\w*kosten|lasten|ausgaben|abrechnung|verbrauch)",
            but=r"absetzbar|mieter|verteil\w*|verjahr\w*|steuer\w*",
        )),
        (Topic.ACCOUNT, about("de", r"wie viel|wieviel|was", r"schulde ich|bin ich schuldig|habe ich zu zahlen", but=r"fur|aufzug|heizung|kopie")),
        (Topic.ACCOUNT, about(
            "de", r"saldo|kontostand|ruckstand\w*|im verzug|schulden|auf dem laufenden|in ordnung|alles bezahlt|zu viel bezahlt|konto",
            r"ich|mein\w*", but=r"syndikus|dokumente|aufgaben|dossiers?|wer|tagesordnung|verlangen|adresse|\w*daten|arbeiten|satzung|verjahr\w*"
                                r"|zinsen|beitreib\w*|prozess|hausordnung|fahrrad",
        )),
        (Topic.ACCOUNT, about("de", r"habe ich\b.*\bmeine \w+ (?:be|ge)zahlt$")),
        (Topic.ACCOUNT, about("de", r"meine (?:letzte )?(?:zahlung(?:en)?|uberweisung)", r"angekommen|erhalten|eingegangen|verbucht")),
        (Topic.MEETING, about(
            "de", rf"wann|datum|wo|um wie viel uhr|welchem tag|tagesordnung|einladung|einberufung|^nachste {_MEETING['de']}$",
            rf"(?:nachsten?|unsere[r]?) {_MEETING['de']}",
            but=r"zeitraum|funfzehn tage[n]?|15 tage[n]?|letzte\w*|protokoll|stattgefunden|setzen|hinzufugen|wie (?:kann|setze)|beantrag\w*"
                r"|vorschlag\w*|bis wann|schicken|verschieben|zweite|beschlossen|jahresversammlung",
        )),
        (Topic.MINUTES, about(
            "de", r"^(?:und )?(?:wie|wer|hat|haben|habe)", r"(?:ab)?gestimmt|stimmte|enthalten",
            but=r"anfecht\w*|protokoll|vermerkt|abwesend\w*|geheim",
        )),
        (Topic.MINUTES, about(
            "de", r"was|welche beschlusse|beschlusse?", r"beschlossen|entschieden|genehmigt|gefasst|beschloss|letzten \w+",
            r"letzte[nr]? \w+|unsere\w* \w+|wurde|wir|zum \w+|zur \w+", but=r"nachste\w*|anfecht\w*|schriftlich\w*|geheim|gultig",
        )),
        (Topic.MINUTES, about("de", rf"^hat (?:die|unsere)(?: letzte)? {_MEETING['de']}", r"genehmigt|beschlossen|angenommen|abgelehnt|ernannt|gewahlt", but=r"anfecht\w*")),
        (Topic.MINUTES, about("de", r"^(?:wurden?|ist|sind)\b.*\b(?:genehmigt|beschlossen)$")),
        (Topic.COURT, about("de", r"(?:mein\w*|unser\w*) (?:prozess|rechtsstreit|streit|sache|klage|verfahren)",
                      but=r"kosten|wie lange|verjahr\w*|anwalt|versicherung")),
        (Topic.COURT, about("de", r"(?:haben wir|habe ich|werde ich)\b.*\b(?:gewonnen|verloren|gewinnen)")),
        (Topic.COURT, about("de", r"wie steht es|ausgang|ergebnis|stand", r"prozess\w*|verfahrens?|rechtsstreits?|urteils?|gutachtens?")),
        (Topic.CONTRACTS, about(
            "de", r"wer|welche[rs]?|bei wem", r"unsere? (?:versicher\w+|makler|lieferanten?|bank|hausmeister|\w*firma|anwalt)"
                                              r"|(?:wir|gebaude|haus)\b.*\bversichert", but=r"zahlt|haftet",
        )),
        (Topic.CONTRACTS, about("de", r"wer", r"wartet|putzt|reinigt|versichert", r"unser\w*")),
        (Topic.CONTRACTS, about(
            "de", r"selbstbeteiligung|deckung|pramie|ablauf|wann|ende|dauer", r"\w*vertrag\w*|mandat|versicherung|police", r"unser\w*",
            but=r"kundig\w*|verlanger\w*|erneuer\w*",
        )),
        (Topic.WORKS, about(
            "de", r"wann|wie weit|wie steht es", rf"{_WORKS['de']}|meldung|ticket|schadensfall|panne|\w*tur",
            r"beginnen|beginnt|enden|fertig|repariert|ersetzt|ausgetauscht|wie weit|wie steht es|abgeschlossen",
            but=r"geschaftsjahr|mandat|vertrag|dringend\w*|abgestimmt|wer",
        )),
    ),
    "en": (
        (Topic.CALL, about(
            "en", r"how much|what|when|amount",
            r"(?:next|last|latest|my|our) (?:\w+ly )?(?:calls?(?: for funds)?|advances?|instal?lments?|contributions?)",
            but=r"contain|mention|received|meeting",
        )),
        (Topic.COSTS, about(
            "en", r"(?:my|our) (?:share|part)", r"costs?|charges|works|bills?|expenses|heating|roof|facade|lift",
            but=r"worked out|calculated|split",
        )),
        (Topic.COSTS, about(
            "en", r"how much|what|price", r"costs?|pay|paid|used?|spen[dt]|price", rf"{_OURS['en']}|{_EACH['en']}",
            but=r"vat|interest|notary|owe|lawyer|registered|calls?|advance|transfer",
        )),
        (Topic.COSTS, about(
            "en", r"how much|what|balance|state", r"(?:reserve |working |capital )*(?:funds?|accounts?)|budget|reserves?", r"our|we",
            but=r"percentage|pay into|set up|invest|use|kind|calls?|financial year|for",
        )),
        (Topic.COSTS, about(
            "en", r"how much|what|amount", r"(?:my|our) (?:\w+ )?(?:charges|costs|expenses|consumption|statement)",
            but=r"deductible|tenant|split|tax",
        )),
        (Topic.ACCOUNT, about("en", r"how much|what", r"i(?: still)? owe|still (?:have )?to pay", but=r"for|lift|heating|copy")),
        (Topic.ACCOUNT, about(
            "en", r"balance|arrears|debts?|up to date|behind|in order|overpaid|paid everything|my account", r"i|my",
            but=r"syndic|documents|tasks|files|who|agenda|ask|address|details|data|works|statutes|rules|interest|recover\w*|fund",
        )),
        (Topic.ACCOUNT, about("en", r"have i paid")),
        (Topic.ACCOUNT, about("en", r"my (?:last |latest )?(?:payments?|transfer)", r"arrived?|received?|receive|booked")),
        (Topic.MEETING, about(
            "en", rf"when(?:'s)?|date|where|what time|which day|agenda|notice|^next {_MEETING['en']}$",
            rf"(?:next|our) {_MEETING['en']}",
            but=r"fortnight|period|fifteen days|15 days|last|minutes|took place|put|add|how (?:can|do)|ask|propos\w+|late|until|send|postpone|second"
                r"|decided?",
        )),
        (Topic.MINUTES, about(
            "en", r"^(?:and )?(?:how|who|did|have|has)", r"votes?|voted|abstain(?:ed)?", r"did|voted|abstained",
            but=r"minutes|mention|absent|secret|proxy",
        )),
        (Topic.MINUTES, about(
            "en", r"what|which decisions|decisions?|results?", r"decided?|voted?|approved?|taken|decisions? of|results? of",
            r"last \w+|our (?:last )?\w+|was|were|did we|about \w+", but=r"next|in writing|secret",
        )),
        (Topic.MINUTES, about("en", rf"^did (?:the|our)(?: last)? {_MEETING['en']}", r"approve|decide|accept|refuse|appoint|elect|vote")),
        (Topic.MINUTES, about("en", r"^(?:was|were|has|have)\b.*\b(?:approved|voted|decided)$")),
        (Topic.COURT, about("en", r"(?:my|our) (?:court |legal )?(?:case|lawsuit|dispute|court action|proceedings|complaint)",
                      but=r"costs?|how long|lawyer|insurance")),
        (Topic.COURT, about("en", r"(?:did|have|will) (?:we|i)\b.*\b(?:win|won|lose|lost)")),
        (Topic.COURT, about("en", r"outcome|result|state|happened", r"case|lawsuit|proceedings|judgment|expert report|dispute")),
        (Topic.CONTRACTS, about(
            "en", r"who|which|what", r"our (?:insur\w+|broker|suppliers?|bank|caretaker|cleaning company|lift company|lawyer|cleaner)"
                                     r"|(?:we|building|association)\b.*\binsured", but=r"pays?|liable",
        )),
        (Topic.CONTRACTS, about("en", r"who", r"maintains|cleans|insures|services", r"our")),
        (Topic.CONTRACTS, about(
            "en", r"deductible|excess|cover|premium|expiry|when|end|term", r"contract|mandate|insurance|policy", r"our",
            but=r"terminat\w*|renew\w*|cancel",
        )),
        (Topic.WORKS, about(
            "en", r"when|how far|state|happened to|happening with", rf"{_WORKS['en']}|report|ticket|claim|door",
            r"start|begin|end|finish\w*|over|done|repaired|fixed|replaced|ready|how far|state|happened|happening",
            but=r"financial year|mandate|contract|urgent|who|meeting",
        )),
    ),
}  # fmt: skip
# Of one's own money one also asks what one "must" pay, and "why": there the words of a rule do not count.
OWN_MONEY: Mapping[str, Sequence[tuple[Topic, str]]] = {
    "fr": (
        (
            Topic.COSTS,
            r"^pourquoi\b.*\b(?:mes|nos) (?:charges|frais|provisions?)\b.*\b(?:augment\w*|hausse|elevee?s|cher\w*|hautes?)\b",
        ),
    ),
    "nl": (
        (Topic.CALL, r"\bmoet ik\b.*\bbetalen bij (?:de|het) volgende?\b"),
        (
            Topic.COSTS,
            r"^waarom\b.*\b(?:mijn|onze) (?:kosten|lasten|bijdrage|voorschotten)\b.*\b(?:gestegen|hoger|hoog|omhoog)\b",
        ),
        (
            Topic.ACCOUNT,
            r"\bhoe ?veel moet ik (?:\w+ )?(?:nog )?betalen(?: aan (?:de|het|onze) (?:vme|syndicus))?$|\bhoe ?veel moet ik (?:aan )?(?:de|onze) (?:vme|syndicus)$",
        ),
    ),
    "de": (
        (Topic.CALL, r"\bmuss ich\b.*\bnachsten\b.*\bzahlen\b"),
        (
            Topic.COSTS,
            r"^(?:warum|wieso)\b.*\b(?:meine|unsere) (?:kosten|lasten|beitrage)\b.*\b(?:gestiegen|hoher|hoch)\b",
        ),
        (Topic.ACCOUNT, r"\bwie ?viel muss ich (?:der |dem |den )?(?:\w+ )?noch (?:be)?zahlen$"),
    ),
    "en": (
        (Topic.CALL, r"\b(?:must|have to) (?:i )?pay\b.*\bnext (?:call|advance)"),
        (
            Topic.COSTS,
            r"^why\b.*\b(?:my|our) (?:charges|costs|contributions?)\b.*\b(?:up|risen|increased?|higher|high)\b",
        ),
        (Topic.ACCOUNT, r"\bhow much (?:must i|do i (?:still )?have to) (?:still )?pay$"),
    ),
}
# What another co-owner owes or has paid, in one sentence of a question however long.
ANOTHER: Mapping[str, str] = {
    "fr": (
        r"(?=.*\b(?:voisine?s?|(?:co ?)?proprietaires? (?:du|de l'|de la) \w+)\b)"
        r"(?=.*\b(?:en retard|arrieres?|dettes?|solde|impayes?|(?:a|ont) (?:(?:t (?:il|elle)|bien) )?paye\w*|doi(?:t|vent) (?:encore )?combien|combien doi(?:t|vent))\b)"
    ),
    "nl": (
        r"(?=.*\b(?:buur\w*|buren|(?:mede ?)?eigenaars? van (?:kavel|lot|appartement) \w+)\b)"
        r"(?=.*\b(?:achter|achterstal\w*|achterstand|schuld(?:en)?|saldo|te laat|betaald|hoe ?veel moe(?:t|ten))\b)"
    ),
    "de": (
        r"(?=.*\b(?:nachbar\w*|(?:mit)?eigentumer (?:von|des) (?:los|wohnung) \w+)\b)"
        r"(?=.*\b(?:ruckstand\w*|verzug|schulden|schuldet|saldo|bezahlt|gezahlt)\b)"
    ),
    "en": (
        r"(?=.*\b(?:neighbou?rs?|owners? of (?:lot|flat) \w+)\b)"
        r"(?=.*\b(?:behind|arrears|debts?|balance|late|paid|owes?)\b)"
    ),
}
# Of these the rule is asked, not the figure: what can be done, who else pays.
ANOTHER_RULE: Mapping[str, str] = {
    "fr": r"que faire|comment|peut|puis|dois je|je dois|payer pour|a sa place|syndic|solidaire\w*|si",
    "nl": r"wat (?:kan|kunnen|te doen)|hoe (?:kan|moet)|kan|moet ik|ben ik|betalen voor|in (?:zijn|haar) plaats|syndicus|als|indien",
    "de": r"was (?:kann|konnen|tun)|wie (?:kann|muss)|kann|muss ich|schulde ich|zahlen fur|an (?:seiner|ihrer) stelle|syndikus|wenn|falls",
    "en": r"what (?:can|to do)|how (?:can|do)|can|must i|(?:do|would) i|pay for|in (?:his|her) place|syndic|if",
}
