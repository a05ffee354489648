"""What no rule can say and no tool answers yet: it stands in a building's own papers, or its syndic knows. Pure."""

from collections.abc import Mapping, Sequence

from .i18n import N_
from .intents import BUILDING, of_facts, says

ACCOUNT = N_("This depends on your own account with the association: your last statement shows it, or ask your syndic.")
CALL = N_(
    "This depends on the calls for funds of your own building: the call itself says how much and by when, or ask your syndic."
)
COSTS = N_("This depends on the accounts of your own building: look for them among its documents, or ask your syndic.")
MINUTES = N_(
    "This depends on what the meeting of your own building decided: look for its minutes among the documents, or ask your syndic."
)
RULES = N_(
    "This depends on the statutes and internal rules of your own building: look for them among its documents, or ask your syndic."
)
MEETING = N_(
    "This depends on the next meeting of your own building: its notice says where, when and on what, or ask your syndic."
)
COURT = N_(
    "This depends on the case itself: ask your syndic, who represents the association in court, or the lawyer who pleads it."
)
WORKS = N_(
    "This depends on the works of your own building: its minutes say what was decided, and your syndic knows how far it is."
)
CONTRACTS = N_(
    "This depends on the contracts of your own building: look for them among its documents, or ask your syndic."
)

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
# The statutes and internal rules, what they commonly settle, and the words of who asks what they say.
_RULES = {
    "fr": r"(?:notre|nos|mon) (?:reglement|roi|statuts|acte de base)",
    "nl": r"(?:ons|onze|mijn) (?:reglement|rio|statuten|huisregels|huisreglement|basisakte)",
    "de": r"(?:unsere[rn]?|meine[rn]?) (?:hausordnung|miteigentumsordnung|satzung|statuten|basisurkunde|hausregeln)",
    "en": r"(?:our|my) (?:(?:house |internal )?rules|statutes|by ?laws|(?:basic )?deed)",
}
_HABITS = {
    "fr": (
        r"(?:chiens?|chats?|animaux|animal|barbecues?|bbq|airbnb|bruit|musique|linge|velos?|poussettes?|poubelles?|fumer"
        r"|piano)"
    ),
    "nl": (
        r"(?:hond(?:en)?|kat(?:ten)?|huisdier(?:en)?|barbecues?|bbq|airbnb|lawaai|muziek|wasgoed|fietsen|kinderwagens?"
        r"|vuilniszakken|roken|piano)"
    ),
    "de": (
        r"(?:hunde?|katzen?|haustiere?|grillen|grill|airbnb|larm|musik|wasche|fahrrader|kinderwagen|mull|rauchen|klavier)"
    ),
    "en": (
        r"(?:dogs?|cats?|pets?|barbecues?|bbq|airbnb|noise|music|laundry|bikes?|bicycles|prams?|rubbish|smoke|smoking"
        r"|piano)"
    ),
}
_MAY = {
    "fr": r"(?:dit|disent|prevoit|prevoient|parle|permet\w*|autoris\w*|permis\w*|interdi\w*|accept\w*|toler\w*|puis je|peut on|ai je)",
    "nl": r"(?:zegt|zeggen|staat|laat|laten|voorziet|toegelaten|toegestaan|verboden|verbiedt|welkom|mag|mogen|kan)",
    "de": r"(?:sagt|sagen|steht|regelt|erlaub\w*|verbiete[nt]|verboten|gestattet|darf|durfen)",
    "en": r"(?:says?|allow(?:s|ed)?|forbid(?:s|den)?|permit(?:s|ted)?|accept(?:s|ed)?|may|can)",
}
_HERE = {
    "fr": rf"(?:chez nous|(?:notre|mon) {BUILDING['fr']}|mon appart\w*|nos \w+)",
    "nl": rf"(?:bij ons|(?:ons|onze|mijn) (?:{BUILDING['nl']}|appartement|\w+en))",
    "de": rf"(?:bei uns|(?:unser|mein)\w* (?:{BUILDING['de']}|wohnung|\w+en))",
    "en": rf"(?:at our place|(?:our|my) (?:{BUILDING['en']}|flat|apartment|\w+s))",
}
_MAY_I_HAVE = {
    "fr": r"^puis je (?:avoir|garder|prendre|faire) (?:un|une|mon|ma|mes|des|du)",
    "nl": r"^mag ik (?:een|mijn)",
    "de": r"^darf ich (?:einen?|meinen?)",
    "en": r"^(?:can|may) i (?:have|keep|get) (?:a|an|my)",
}
# What is asked of the rules themselves is for the law again: to change or to contest them.
_DECIDING = {
    "fr": r"interdire|modifier|changer|imposer|annuler|contester|majorite|conserve|depose",
    "nl": r"verbieden|wijzigen|veranderen|opleggen|aanvechten|meerderheid|bewaard",
    "de": r"verbieten|andern|auferlegen|anfechten|mehrheit|aufbewahrt",
    "en": r"(?:can|may) (?:we|one|they|the \w+) (?:forbid|ban)|change|amend|impose|challenge|majority|kept",
}
_OWN_FILE: Sequence[tuple[str, Mapping[str, Sequence[str]]]] = (
    (CALL, {
        "fr": (
            r"(?:prochaine?s?|dernier\w*) (?:appels?(?: de (?:fonds|provisions?|charges))?|provisions?)\b",
            r"(?:montant|combien|a combien|quel\w*|s'eleve\w*)\b.*\b(?:ma|mes|mon) (?:provisions?|avances?|appels?)\b",
        ),
        "nl": (
            r"(?:volgende?|laatste) (?:kapitaal|provisie)?(?:voorschot\w*|provisie|oproep\w*|opvraging\w*|afrekening)\b(?! van de av)",
            r"(?:hoeveel|wat|hoe hoog|welk bedrag)\b.*\b(?:mijn|ons) (?:voorschot\w*|provisies?|opvraging\w*|bijdrage)\b",
        ),
        "de": (
            r"(?:nachste[rn]?|letzte[rn]?) (?:\w*vorschuss\w*|\w*abruf|beitrag)\b",
            r"(?:wie viel|wie hoch|was|welcher betrag)\b.*\b(?:mein|meine|meinen|unser) (?:\w+ )?(?:vorschuss\w*|beitrag|abruf)\b",
        ),
        "en": (
            r"(?:next|last|latest) (?:call(?: for funds)?|advance|instal?lment|contribution)\b",
            r"(?:how much|what|amount)\b.*\b(?:my|our) (?:\w+ )?(?:advances?|calls? for funds|provisions?|contributions?)\b",
        ),
    }),
    (COSTS, {
        "fr": (
            r"(?:ma|notre) (?:part|quote part)(?: \w+)? (?:dans|de|des|du|aux) (?:les |la |l')?(?:charges|frais|couts?|travaux|factures?|depenses|chauffage|eau)",
            r"combien (?:coute\w*|couter\w*|a coute|vont couter|va couter|paie|paye)\b.*\b(?:notre|nos|chez nous|par coproprietaire|par lot|chaque (?:coproprietaire|lot)|moi|me)\b",
            r"combien (?:ai je|j'ai|vais je|je vais|est ce que je vais|avons nous) (?:paye|payer|consomme|depense)\b(?!.* appel)",
            r"(?:combien|quel\w*|montant|que reste t il|solde)\b.*\b(?:notre|nos) (?:fonds|budget|caisse|tresorerie|reserves?)",
            rf"(?:combien|montant) .*\bfonds de (?:reserve|roulement) de (?:notre|l') ?{BUILDING['fr']}",
            r"(?:quel\w*|montant|detail|combien|a combien)\b.*\b(?:mes|nos) (?:charges|frais|depenses|consommations?)",
        ),
        "nl": (
            r"(?:mijn|ons) (?:aan)?deel (?:in|van) (?:de |het )?(?:\w*kosten|lasten|werken|factuur|facturen|uitgaven|verwarming)",
            r"(?:hoeveel|wat) kost(?:en|te)?\b.*\b(?:ons|onze|bij ons|per (?:mede eigenaar|kavel|eigenaar|appartement)|mij)\b",
            r"hoeveel (?:\w+ )?(?:heb ik|hebben we|zal ik|ga ik)\b.*\b(?:betaald|betalen|verbruikt|uitgegeven)\b",
            r"(?:hoeveel|wat|hoe groot|saldo)\b.*\b(?:ons|onze) (?:reservefonds|reservekapitaal|werkkapitaal|begroting|budget|kas)",
            r"(?:hoeveel|wat|hoe hoog|hoe groot)\b.*\b(?:mijn|onze) (?:kosten|lasten|verbruik|uitgaven|afrekening)",
        ),
        "de": (
            r"(?:mein|unser) anteil an (?:den |der )?(?:\w*kosten|lasten|arbeiten|rechnung|ausgaben|heizung)",
            r"(?:wie viel|was) kostete?n?\b.*\b(?:unser\w*|bei uns|pro (?:miteigentumer|los|eigentumer|wohnung)|mich)\b",
            r"wie viel (?:\w+ )?(?:habe ich|haben wir|werde ich)\b.*\b(?:gezahlt|bezahlt|zahlen|verbraucht|ausgegeben)\b",
            r"(?:wie viel|wie hoch|was|saldo)\b.*\b(?:unser|unserem|unseren) (?:reserve\w*|betriebskapital|haushaltsplan|budget|kasse|rucklage)",
            r"(?:wie viel|wie hoch|was)\b.*\b(?:meine|unsere) (?:kosten|lasten|ausgaben|nebenkosten|abrechnung)",
        ),
        "en": (
            r"(?:my|our) (?:share|part) (?:of|in) (?:the )?(?:\w+ )?(?:costs?|charges|works|bills?|expenses|heating)",
            r"how much (?:does|do|did|will|is)\b.*\b(?:our|us|per (?:co ?owner|owner|lot|flat))\b.*\b(?:costs?|pay|spent|spend)|how much (?:does|do|did|will)\b.*\bcost\b.*\b(?:me|us|per (?:co ?owner|owner|lot|flat))\b",
            r"how much (?:did|have|will|do) (?:i|we)\b.*\b(?:pay|paid|use|used|spend|spent)\b(?!.* call)",
            r"(?:how much|what|balance)\b.*\bour (?:reserve fund|working (?:capital )?fund|budget|reserves?|funds)",
            r"(?:how much|what)\b.*\b(?:my|our) (?:charges|costs|expenses|consumption|statement)",
        ),
    }),
    (ACCOUNT, {
        "fr": (
            r"(?:solde|etat|extrait) (?:de|du) mon compte|\bmon (?:solde|arriere)\b|\bmes (?:arrieres|dettes)\b(?!.*\bqui\b)",
            r"combien (?:est ce que )?(?:je )?dois(?: je)?(?: encore)?(?: payer)?(?: (?:au|a la|a l'|a) ?(?:syndic|copropriete|acp|association))?$",
            r"(?:suis je|je suis|est ce que je suis) (?:bien |encore |toujours )?(?:a jour|en retard|en ordre|en regle)\b",
            r"(?:ai je|j'ai) (?:bien |deja |encore )?(?:tout |trop )?(?:paye|regle|des (?:arrieres|dettes|retards|impayes)|une dette)\b(?!.*\bcharges\b.*\b(?:an|annee))",
            r"\bmes paiements\b|\bmon (?:dernier )?(?:paiement|versement|virement)\b.*\b(?:arrive|recu|enregistre|comptabilise)",
        ),
        "nl": (
            r"(?:saldo|stand|uittreksel) van mijn rekening|\bmijn (?:saldo|achterstallen|achterstand|schuld(?:en)?)\b|mijn rekening (?:ervoor|staat)",
            r"hoeveel (?:moet ik|ben ik|heb ik)(?: \w+){0,5}? (?:verschuldigd|schuldig|nog betalen)",
            r"hoeveel (?:moet ik|ben ik|is er) nog (?:te )?betalen",
            r"\bben ik\b.*\b(?:in orde|achterop|te laat|in regel)\b.*\b(?:betaling\w*|bijdragen|lasten)?",
            r"\bheb ik\b.*\b(?:achterstallen|achterstand|schulden|alles betaald|te veel betaald)\b",
            r"\bmijn (?:laatste )?(?:betaling|overschrijving|storting)\b.*\b(?:aangekomen|ontvangen|verwerkt|geboekt)",
        ),
        "de": (
            r"(?:saldo|stand|auszug) meines kontos|\bmein (?:saldo|kontostand)\b|steht mein konto|\bmeine (?:ruckstande|schulden)\b",
            r"wie ?viel (?:schulde ich|bin ich)\b|wie ?viel muss ich(?: \w+){0,3}? noch (?:be)?zahlen",
            r"\bbin ich\b.*\b(?:im ruckstand|in verzug|auf dem laufenden)\b",
            r"\bhabe ich\b.*\b(?:ruckstande?|schulden|alles bezahlt|zu viel bezahlt)\b",
            r"\bmeine (?:letzte )?(?:zahlung|uberweisung)\b.*\b(?:angekommen|eingegangen|verbucht)",
        ),
        "en": (
            r"balance (?:of|on) my account|\bmy (?:balance|arrears|debts?)\b|does my account stand|state of my account",
            r"how much (?:do|did) i (?:still )?owe\b|how much (?:do i|is there) still (?:have )?to pay",
            r"\b(?:am i|i am)\b.*\b(?:up to date|in arrears|behind)\b(?:.*\bpayments?\b)?",
            r"\bhave i\b.*\b(?:arrears|debts?|paid everything|overpaid)\b",
            r"\bmy (?:last |latest )?(?:payment|transfer)\b.*\b(?:arrived?|received|booked)",
        ),
    }),
    (MEETING, {
        "fr": (
            rf"(?:quand|date|ou|a quelle heure|quel jour|ordre du jour|convocation)\b.*\b(?:la |notre )prochaine {_MEETING['fr']}\b",
            rf"^(?:quand|ou|a quelle (?:date|heure)|quel jour) (?:est|a lieu|se tient|se deroule|aura lieu|se tiendra|tombe) notre {_MEETING['fr']}\b",
            rf"ordre du jour de notre {_MEETING['fr']}\b|^prochaine {_MEETING['fr']}$",
        ),
        "nl": (
            rf"(?:wanneer|datum|waar|hoe laat|welke dag|agenda|uitnodiging|oproeping)\b.*\b(?:de |onze )volgende {_MEETING['nl']}\b",
            rf"^(?:wanneer|waar|hoe laat|op welke dag) (?:is|gaat|vindt|heeft|valt) onze {_MEETING['nl']}\b",
            rf"agenda van onze {_MEETING['nl']}\b|^volgende {_MEETING['nl']}$",
        ),
        "de": (
            rf"(?:wann|datum|wo|um wie viel uhr|an welchem tag|tagesordnung|einladung|einberufung)\b.*\b(?:die |der |unsere |unserer )?nachsten? {_MEETING['de']}\b",
            rf"^(?:wann|wo|an welchem tag|um wie viel uhr) (?:ist|findet|tagt) unsere {_MEETING['de']}\b",
            rf"tagesordnung unserer {_MEETING['de']}\b|^nachste {_MEETING['de']}$",
        ),
        "en": (
            rf"(?:when|date|where|what time|which day|agenda|notice)\b.*\b(?:the |our )?next {_MEETING['en']}\b",
            rf"^(?:when|where|what time|on which day)(?: is|'s| does) our {_MEETING['en']}\b",
            rf"agenda of our {_MEETING['en']}\b|^next {_MEETING['en']}$",
        ),
    }),
    (MINUTES, {
        "fr": (
            r"(?:comment|qu'|pour qui) ?(?:a|ai|ont|avait|as)(?: t (?:il|elle)| je)? vote (?:m|mme|monsieur|madame|mon|ma|le|la|les|sur|pour|contre|a)\b",
            r"^(?:et )?(?:qui|combien) (?:a|ont) vote (?:contre|pour|non|oui)|^(?:et )?qui s'est abstenu",
            rf"qu'(?:a|est ce qu'a|avait) (?:donc )?(?:decide|vote|adopte|approuve) (?:la derniere|notre|l') ?{_MEETING['fr']}",
            rf"\b{_MEETING['fr']}(?: de \d+)? a t elle (?:approuve|vote|decide|accepte|refuse|adopte|donne|elu|nomme)",
            r"qu'(?:a t on|est ce qu'on a|avons nous|est ce qui a ete|a ete) (?:decide|vote|approuve)\w*",
            rf"(?:decisions?|resultats?) (?:de la|de notre) derniere {_MEETING['fr']}|decisions? .*\b(?:a ete|ont ete) prises? ",
        ),
        "nl": (
            r"hoe (?:heeft|hebben|heb) (?:\w+ ){1,4}?gestemd\b",
            r"\bwie (?:heeft|stemde|stemden)\b.*\b(?:tegen|voor|neen|gestemd)\b|\bwie (?:heeft|onthield) zich\b",
            rf"wat (?:heeft|besliste|is er op) (?:de laatste |onze |de )?(?:laatste )?{_MEETING['nl']}.*\b(?:beslist|goedgekeurd|gestemd)|wat besliste (?:de laatste|onze) {_MEETING['nl']}",
            rf"heeft (?:de|onze)(?: laatste)? {_MEETING['nl']}\b.*\b(?:goedgekeurd|beslist|aanvaard|geweigerd|benoemd|verkozen)",
            r"wat (?:is|werd) er (?:\w+ )?(?:beslist|gestemd|goedgekeurd)|wat hebben we beslist",
            rf"beslissing(?:en)? van (?:de|onze) laatste {_MEETING['nl']}",
        ),
        "de": (
            r"wie (?:hat|haben|habe) (?:\w+ ){1,6}?(?:ab)?gestimmt\b",
            r"\bwer (?:hat|stimmte)\b.*\b(?:gegen|fur|dafur|nein|gestimmt|enthalten)\b",
            rf"was (?:hat|beschloss) (?:die letzte|unsere(?: letzte)?) {_MEETING['de']}",
            rf"^hat (?:die|unsere)(?: letzte)? {_MEETING['de']}\b.*\b(?:genehmigt|beschlossen|angenommen|abgelehnt|ernannt|gewahlt)",
            r"was wurde (?:\w+ ){0,4}?(?:beschlossen|entschieden|genehmigt)|was haben wir (?:\w+ ){0,4}?beschlossen",
            rf"beschlusse? (?:der|unserer) letzten {_MEETING['de']}",
        ),
        "en": (
            r"how did (?:\w+ ){1,4}?vote\b",
            r"^(?:and )?who (?:voted|abstained)\b",
            rf"what did (?:the last|our(?: last)?) {_MEETING['en']} (?:decide|approve|vote)",
            rf"^did (?:the|our)(?: last)? {_MEETING['en']} (?:approve|decide|accept|refuse|appoint|elect|vote)",
            r"what (?:was|were|has been|did we) (?:\w+ )?(?:decided?|voted?|approved?)\b",
            rf"(?:decisions?|results?) of (?:the|our) last {_MEETING['en']}",
        ),
    }),
    (COURT, {
        "fr": (
            r"\b(?:mon|notre|nos|mes) (?:proces|affaires?|litiges?|actions? en justice|dossier au tribunal)\b(?! (?:doi|est il possible))",
            r"(?:avons nous|a t on|ai je|est ce qu'on a) (?:gagne|perdu)\b",
            r"(?:ou en est|resultat|issue|suite) .*\b(?:proces|procedure|jugement|expertise)\b",
            rf"proces en cours .*\b(?:notre|chez nous|mon) ?{BUILDING['fr']}?",
        ),
        "nl": (
            r"\b(?:mijn|onze|ons) (?:rechtszaak|zaak|proces|geschil)\b",
            r"(?:hebben we|heb ik)\b.*\b(?:gewonnen|verloren)\b",
            r"(?:hoe staat het met|hoe ver staat|uitslag van|resultaat van) (?:de|het) (?:rechtszaak|zaak|proces|procedure|expertise)\b",
        ),
        "de": (
            r"\b(?:mein|meine[nmr]?|unser|unsere[nmr]?) (?:prozess|rechtsstreit|sache|klage|verfahren)\b(?!.*\bfrist)",
            r"(?:haben wir|habe ich)\b.*\b(?:gewonnen|verloren)\b",
            r"(?:wie steht es um|ausgang|ergebnis|stand) (?:\w+ )?(?:prozess\w*|verfahrens?|rechtsstreits?|gutachtens?)\b",
        ),
        "en": (
            r"\b(?:my|our) (?:court |legal )?(?:case|lawsuit|dispute|court action|proceedings)\b",
            r"(?:did|have) (?:we|i) (?:win|won|lose|lost)\b",
            r"(?:outcome|result|state) of the (?:court |legal )?(?:case|lawsuit|proceedings|expert report)\b",
        ),
    }),
    (CONTRACTS, {
        "fr": (
            r"(?:quel|quelle|qui) (?:est|sont) (?:notre|nos) (?:assur\w+|compagnie d'assurances?|courtier|fournisseurs?|banque|societe de \w+|entreprise de \w+|concierge|avocat)",
            r"\bsommes nous (?:bien )?assures?\b|\bassures? (?:chez|aupres de) (?:qui|quel)",
            r"\bqui (?:entretient|nettoie|repare|assure) (?:notre|nos)\b",
            r"(?:franchise|couverture|prime|montant|echeance) de notre (?:assurance|police|contrat)",
            r"(?:quand|jusqu'a quand|quelle date)\b.*\b(?:contrat|mandat) (?:de|du) notre\b|\bnotre (?:contrat|mandat)\b.*\b(?:expire|echeance|se termine|prend fin|court)",
        ),
        "nl": (
            r"wie (?:is|zijn) onze (?:verzekeraar|verzekeringsmaatschappij|makelaar|leveranciers?|bank|conciërge|concierge|poetsfirma|liftfirma|advocaat)",
            r"\bzijn we\b.*\bverzekerd\b|\bis ons gebouw\b.*\bverzekerd\b",
            r"\bwie (?:onderhoudt|poetst|herstelt|verzekert) (?:ons|onze)\b",
            r"(?:vrijstelling|dekking|premie|vervaldag) van onze? (?:verzekering|polis|contract)",
            r"(?:wanneer|tot wanneer)\b.*\b(?:contract|mandaat|overeenkomst) van onze?\b",
        ),
        "de": (
            r"wer (?:ist|sind) unsere? (?:versicherer|versicherung\w*|makler|lieferanten?|bank|hausmeister|reinigungsfirma|aufzugsfirma|anwalt)",
            r"\bsind wir\b.*\bversichert\b|\bist unser (?:gebaude|haus)\b.*\bversichert\b",
            r"\bwer (?:wartet|putzt|reinigt|repariert|versichert) unser\w*\b",
            r"(?:selbstbeteiligung|deckung|pramie|ablauf) unsere[rs] (?:versicherung|police|vertrag\w*)",
            r"(?:wann|bis wann)\b.*\b(?:vertrag|mandat) unsere[rs]\b",
        ),
        "en": (
            r"who(?: is|'s|se? are) our (?:insurer|insurance company|broker|suppliers?|bank|caretaker|cleaning company|lift company|lawyer)",
            r"\bare we\b.*\binsured\b|\bis our building\b.*\binsured\b",
            r"\bwho (?:maintains|cleans|repairs|insures|services) our\b",
            r"(?:deductible|excess|cover|premium|expiry) of our (?:insurance|policy|contract)",
            r"when (?:does|do|is|will) our\b.*\b(?:contract|mandate|policy)\b.*\b(?:end|expire|run out|over)\b",
        ),
    }),
    (WORKS, {
        "fr": (
            rf"^(?:mais )?quand (?:commence\w*|debute\w*|finis\w*|se termine\w*|seront|sera|vont|va)\b.*\b{_WORKS['fr']}\b",
            rf"^quand (?:l'|la |le |les |notre |nos )?{_WORKS['fr']}\b.*\b(?:sera|seront|va|vont)\b",
            rf"ou en (?:est|sont) (?:l'|la |le |les |notre |nos )?(?:\w+ (?:de |d'|du |de la |de l')?)?{_WORKS['fr']}\b",
        ),
        "nl": (
            rf"^wanneer (?:beginnen|starten|eindigen|zijn|is|wordt|worden|komt|komen)\b.*\b{_WORKS['nl']}\b(?! nodig)",
            rf"(?:hoe ver (?:staat|staan|is|zijn)|hoe staat het met) .*\b{_WORKS['nl']}\b",
        ),
        "de": (
            rf"^wann (?:beginnen|enden|sind|ist|wird|werden|kommt|kommen|fangen)\b.*\b{_WORKS['de']}\b",
            rf"(?:wie weit (?:ist|sind)|wie steht es um|wie ist der stand) .*\b{_WORKS['de']}\b",
        ),
        "en": (
            rf"^when (?:do|does|will|are|is)\b.*\b{_WORKS['en']}\b.*\b(?:start|begin|end|finish\w*|over|done|be (?:repaired|fixed|done|ready|finished))\b",
            rf"how far (?:is|are)\b.*\b{_WORKS['en']}\b|state of (?:the|our) {_WORKS['en']}\b",
        ),
    }),
)  # fmt: skip
# Of one's own money one also asks what one "must" pay and "why": the words of a rule do not count where these fit.
_OWN_MONEY: Sequence[tuple[str, Mapping[str, Sequence[str]]]] = (
    (CALL, {
        "fr": (r"(?:dois|devrai|devrais) (?:je )?payer\b.*\b(?:mon|au|le|la|ma) prochain\w*",),
        "nl": (r"moet ik\b.*\bbetalen bij (?:de|het) volgende?\b",),
        "de": (r"muss ich\b.*\bnachsten\b.*\bzahlen",),
        "en": (r"(?:must|have to) (?:i )?pay\b.*\bnext (?:call|advance)",),
    }),
    (COSTS, {
        "fr": (r"pourquoi\b.*\b(?:mes|nos) (?:charges|frais|provisions?)\b.*\b(?:augment\w*|hausse|si (?:elevee?s|cher\w*|hautes?))",),
        "nl": (r"waarom\b.*\b(?:mijn|onze) (?:kosten|lasten|bijdrage|voorschotten)\b.*\b(?:gestegen|hoger|zo hoog|omhoog)",),
        "de": (r"(?:warum|wieso)\b.*\b(?:meine|unsere) (?:kosten|lasten|beitrage)\b.*\b(?:gestiegen|hoher|so hoch)",),
        "en": (r"why\b.*\b(?:my|our) (?:charges|costs|contributions?)\b.*\b(?:up|risen|increased?|higher|so high)",),
    }),
    (ACCOUNT, {
        "nl": (r"hoeveel moet ik (?:\w+ )?(?:nog )?betalen(?: aan (?:de|het|onze) (?:vme|syndicus))?$",),
        "de": (r"wie ?viel muss ich (?:der |dem |den )?(?:\w+ )?noch (?:be)?zahlen$",),
        "en": (r"how much (?:must i|do i have to) (?:still )?pay$",),
    }),
)  # fmt: skip


def depends_on_file(question: str, locale: str) -> str | None:
    """The msgid that says where it stands, for a question that plainly asks for what is in a building's own file; else None."""
    if says(question, _own_rules(locale)):
        return RULES
    for answer, patterns in _OWN_MONEY:
        if says(question, patterns.get(locale, ())):
            return answer
    for answer, patterns in _OWN_FILE:
        if says(question, of_facts(locale, *patterns[locale])):
            return answer
    return None


def _own_rules(locale: str) -> Sequence[str]:
    """What our rules say, whether a habit is allowed here, or to me: there the words of a rule are those of the question."""
    may, habits = rf"(?=.*\b{_MAY[locale]}\b)", rf"(?=.*\b{_HABITS[locale]}\b)"
    told = (rf"{may}(?=.*\b{_RULES[locale]}\b)", rf"{may}{habits}(?=.*\b{_HERE[locale]}\b)")
    return [
        rf"^(?!.*\b(?:{_DECIDING[locale]})\b)(?:{one})"
        for one in (*told, rf"{_MAY_I_HAVE[locale]} {_HABITS[locale]}\b")
    ]
