"""The money of the building that manages itself, in simplified books."""

from ..plans import QUARTER_ENDS, Bill, Metered, Payers, Plan, Planned, Waiting
from .books import FRENCH, supplied

REAR = "Toiture et façade arrière"
BILLS = (
    Bill("energy", "612100", "Électricité des communs", 23_800, QUARTER_ENDS, "utilities", 6, covers=3, tenant=100),
    Bill(
        "water", "612000", "Eau de ville", 154_000, (12,), "utilities", 6, covers=12, tenant=100, day=31, metered=True
    ),
    Bill("cleaning", "610500", "Nettoyage des communs", 80_600, QUARTER_ENDS, "cleaning", covers=3, tenant=100),
    Bill("insurance", "614000", "Assurance incendie", 214_000, (1,), "insurance", 0, covers=-12, day=8),
    Bill("gutters", "610700", "Nettoyage des corniches", 42_000, (6,), "maintenance", 6, key=REAR),
    Bill("readings", "610330", "Relevé des compteurs d’eau", 8_500, (1,), "maintenance", covers=2, tenant=100, day=20),
    Bill(
        "locks",
        "643",
        "Clés supplémentaires pour un copropriétaire",
        6_200,
        (10,),
        "repairs",
        person="jardin6",
        years=(1,),
    ),
    Bill(
        "energy", "612100", "Note de crédit : double facturation", 7_400, (11,), "utilities", 6, years=(2,), credit=True
    ),
    Bill(
        "paint", "611720", "Peinture de la cage d’escalier", 458_490, (5,), "works", 6, years=(1,), reserve=True, day=20
    ),
)
DOOR = Bill("locks", "610410", "Réparation de la porte d’entrée", 18_900, (), "repairs", 6)
BULBS = Bill("energy", "612600", "Ampoules de la cage d’escalier", 4_650, (), "maintenance")
JARDIN = Plan(
    seed="jardin", regime="simplified", bills=BILLS, working=184_000, reserve=921_000, interest=4_600, bank_charges=1_250,
    special=180_000, decided=(5, 14), words=FRENCH, waived=(870, 950),
    suppliers=supplied(
        850, ("energy", "Volta Énergie SA", "1000", "Bruxelles"), ("water", "Eaux de la Légia SCRL", "4000", "Liège"),
        ("cleaning", "Propreté Outremeuse SRL", "4020", "Liège"), ("insurance", "La Mosane Assurances SA", "4000", "Liège"),
        ("paint", "Peintures Lejeune SRL", "4030", "Liège"), ("gutters", "Corniches Delhez SRL", "4020", "Liège"),
        ("readings", "Relevés Meuse SRL", "4000", "Liège"), ("locks", "Serrurerie du Pont SRL", "4020", "Liège"),
    ),
    waiting=(Waiting(DOOR, "SP-318", "submitted", 5), Waiting(BULBS, "VE-7720", "draft", 3)),
    budget=(
        Planned("ordinary", "612100", "Électricité", 101_000),
        Planned("ordinary", "612000", "Eau et relevé des compteurs", 174_000),
        Planned("ordinary", "610500", "Nettoyage", 390_000),
        Planned("ordinary", "614000", "Assurance incendie", 215_000),
        Planned("ordinary", "610700", "Corniches et façade arrière", 45_000, REAR),
        Planned("reserve", "", "Fonds de réserve", 240_000),
    ),
    payers=Payers(debtor="jardin7", late="jardin2", generous="jardin9", extra=5_000, typed=("collard", "jardin2", "jardin7")),
    meters=Metered("EF", (90, 260)),
    accrued=Bill("readings", "610330", "Relevé de décembre, facture à venir", 8_500, (), "maintenance", tenant=100),
)  # fmt: skip
