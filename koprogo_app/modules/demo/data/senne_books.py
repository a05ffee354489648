"""The money of the reference building, in double entry."""

from ..plans import QUARTER_ENDS, Bill, Metered, Payers, Plan, Planned, Waiting
from .books import FRENCH, supplied

LIFT, HEATING = "Ascenseur", "Chauffage"
BILLS = (
    Bill("energy", "612100", "Électricité des communs", 883_000, QUARTER_ENDS, "utilities", 6, covers=3, tenant=100),
    Bill("gas", "612200", "Gaz de chauffage", 1_075_000, (1, 3, 11), "utilities", 6, covers=2, key=HEATING, tenant=100),
    Bill(
        "water", "612000", "Eau de ville", 3_460_000, (12,), "utilities", 6, covers=12, tenant=100, day=31, metered=True
    ),
    Bill(
        "lift",
        "610100",
        "Entretien des trois ascenseurs",
        202_000,
        QUARTER_ENDS,
        "maintenance",
        6,
        covers=3,
        key=LIFT,
        tenant=100,
    ),
    Bill("control", "610110", "Contrôle des ascenseurs", 80_000, (2, 8), "maintenance", key=LIFT, tenant=100),
    Bill("cleaning", "610500", "Nettoyage des communs", 955_000, QUARTER_ENDS, "cleaning", covers=3, tenant=100),
    Bill("syndic", "613000", "Honoraires du syndic", 677_000, QUARTER_ENDS, "administration", covers=3),
    Bill("insurance", "614000", "Assurance incendie", 3_240_000, (1,), "insurance", 0, covers=-12, day=5),
    Bill("garden", "610600", "Entretien du jardin", 155_000, (6, 9), "maintenance", covers=3, tenant=100),
    Bill(
        "locks",
        "643",
        "Remplacement de la serrure d’un lot privatif",
        14_500,
        (5,),
        "repairs",
        person="obrien",
        years=(1,),
    ),
    Bill(
        "energy",
        "612100",
        "Note de crédit : relevé d’index rectifié",
        96_000,
        (10,),
        "utilities",
        6,
        years=(1,),
        credit=True,
    ),
    Bill(
        "roof",
        "611710",
        "Réfection de l’étanchéité de la toiture",
        7_405_660,
        (9,),
        "works",
        6,
        years=(1,),
        reserve=True,
        day=12,
    ),
)
BUTTON = Bill("lift", "610100", "Remplacement du bouton d’appel, 7e étage", 38_650, (), "repairs", 6, key=LIFT)
SITE = Bill("cleaning", "610500", "Nettoyage après chantier", 54_000, (), "cleaning")
ROOF = Bill("roof", "610700", "Contrôle annuel de la toiture", 72_000, (), "maintenance", 6)
CONTROL = Bill("control", "610110", "Contrôle trimestriel des ascenseurs", 40_165, (), "maintenance", key=LIFT)
SENNE = Plan(
    seed="senne", regime="double", bills=BILLS, working=3_120_000, reserve=18_400_000, interest=92_000, bank_charges=1_250,
    special=2_400_000, decided=(3, 19), words=FRENCH,
    suppliers=supplied(
        800, ("energy", "Volta Énergie SA", "1000", "Bruxelles"), ("gas", "Flamme Bleue SA", "1040", "Bruxelles"),
        ("water", "Eaux de la Vallée SCRL", "1050", "Bruxelles"), ("lift", "Ascenseurs Grandjean SRL", "1070", "Bruxelles"),
        ("control", "Contrôle & Mesure ASBL", "1080", "Bruxelles"), ("cleaning", "Clair Logis SRL", "1090", "Bruxelles"),
        ("syndic", "Cabinet Sonnet SRL", "1000", "Bruxelles"), ("insurance", "La Mosane Assurances SA", "4000", "Liège"),
        ("garden", "Jardins de Laeken SRL", "1020", "Bruxelles"), ("roof", "Toitures Vandevelde SRL", "1780", "Wemmel"),
        ("locks", "Serrurerie du Canal SRL", "1000", "Bruxelles"),
    ),
    waiting=(
        Waiting(BUTTON, "GJ-0612", "submitted", 12), Waiting(SITE, "NT-188", "posted", 8), Waiting(ROOF, "V-3307", "draft", 4),
        Waiting(CONTROL, "CM-90417", "submitted", 2),
    ),
    budget=(
        Planned("ordinary", "612100", "Électricité", 3_750_000),
        Planned("ordinary", "612200", "Gaz de chauffage", 3_450_000, HEATING),
        Planned("ordinary", "612000", "Eau", 3_680_000),
        Planned("ordinary", "610100", "Ascenseurs", 1_060_000, LIFT),
        Planned("ordinary", "610500", "Nettoyage et entretien", 4_990_000),
        Planned("ordinary", "613000", "Honoraires du syndic", 3_290_000),
        Planned("ordinary", "614000", "Assurance incendie", 3_250_000),
        Planned("reserve", "", "Fonds de réserve", 2_400_000),
    ),
    payers=Payers(debtor="papadakis", late="senne12", generous="investor", extra=50_000, typed=("lambert", "warnant", "investor", "obrien", "senne12", "papadakis")),
    meters=Metered("EF", (90, 380)),
    accrued=Bill("gas", "612200", "Gaz de décembre, facture à venir", 480_000, (), "utilities", key=HEATING, tenant=100),
    auditor="Marc Delvaux",
    remarks=(
        "Le contrat joint à cette facture n’est pas celui de l’année : quel indice a été appliqué ?",
        "Comparer la consommation de gaz avec celle de l’exercice précédent : l’écart est à expliquer à l’assemblée.",
    ),
    answer="L’avenant signé en janvier reprend l’indice santé de décembre ; il est joint au classeur des contrats.",
)  # fmt: skip
