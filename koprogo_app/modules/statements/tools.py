"""Own data of statements and costs: a co-owner's last statement, what something cost the association, and him."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from koprogo_app.core import clock, cost_words
from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import LOCALES, N_, Money, day, euros, number, translate
from koprogo_app.core.intents import about, plain
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.core.tools import ROWS, Link, Sheet, Subject, Tool
from koprogo_app.modules.accounts import service as accounts
from koprogo_app.modules.accounts.models import Account, FiscalYear
from koprogo_app.modules.accounts.rules import Kind as Side
from koprogo_app.modules.buildings.models import Building
from koprogo_app.modules.buildings.tools import asked_about, none_seen, places
from koprogo_app.modules.ledger.models import JournalEntry, JournalLine
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.suppliers.models import Supplier

from . import reading
from .material import OUTSIDE
from .models import StatementLine, StatementPart
from .reading import Group
from .rules import Sort

BIGGEST = 8  # costs of one answer: the statement shows the rest


# --- One's own statement ---------------------------------------------------------------------------------------------


@requires(Permission.OWN_READ)
def my_statement(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """The reader's last statement: its result, and the biggest costs that make it. NotFound for who is nobody in the register."""
    locale, here = subject.locale, places(s, actor, subject)
    found = [x for x in reading.my_statements(s, actor) if not here or x.building_id in here]
    if not found:
        return Sheet(translate(locale, "No statement has been published for you yet."))
    last = reading.my_statement(s, actor, found[0].id)
    sums, statement = last.sums, last.statement
    balance = sums.costs_cents - sums.provisions_cents
    figures = {
        "period": _period(statement, locale), "building": last.building.name,
        "costs": Money(sums.costs_cents), "called": Money(sums.provisions_cents), "balance": Money(abs(balance)),
    }  # fmt: skip
    said = N_(
        "Your statement of {building}, {period}: your part of the costs is {costs}, {called} was called from you, so you owe {balance}."
    )
    if balance < 0:
        said = N_(
            "Your statement of {building}, {period}: your part of the costs is {costs}, {called} was called from you, so you are owed {balance}."
        )
    links = [Link(translate(locale, "My statement"), f"/my-statements/{statement.id}")]
    biggest = sorted(last.groups, key=lambda g: -g.cents)[:BIGGEST]
    names = (N_("Cost"), N_("Of the building"), N_("Your part"), N_("Shared by"))
    columns = [translate(locale, name) for name in names]
    return Sheet(translate(locale, said, **figures), columns, [_group(g, locale) for g in biggest], (1, 2), links)


def _period(statement: Any, locale: str) -> str:
    return f"{day(statement.from_on, locale)} – {day(statement.until_on, locale)}"


def _group(g: Group, locale: str) -> tuple[str, ...]:
    shared = translate(locale, "Yours alone") if g.private else g.key or translate(locale, "Shares of the deed")
    weight = f" {number(g.weight, locale)}/{number(g.whole, locale)}" if g.weight and g.whole else ""
    return (
        g.account.label(locale),
        euros(Cents(g.total_cents), locale),
        euros(Cents(g.cents), locale),
        shared + weight,
    )


# --- What something cost ---------------------------------------------------------------------------------------------


@requires(Permission.LEDGER_READ)
def cost_of(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """What the books hold of a cost, this year beside the last: by the labels of the accounts, or the supplier that is named."""
    found, locale = asked_about(s, actor, subject), subject.locale
    if not found:
        return none_seen(locale)
    if len(found) > 1:
        links = [Link(b.name, f"/buildings/{b.id}/result") for b in found]
        return Sheet(translate(locale, "Which building do you mean? Name it, or open its result."), links=links)
    building = found[0]
    wanted, named = cost_words.meant(subject.question, locale), _named(s, subject.question)
    links = [Link(translate(locale, "Result"), f"/buildings/{building.id}/result")]
    if wanted is None and not named:
        return Sheet(
            translate(
                locale, "Say what was paid for: the lift, the insurance, the cleaning, or the name of a supplier."
            ),
            links=links,
        )
    years = _two_years(s, actor, building.id)
    if not years:
        return Sheet(translate(locale, "The books of this building are not open yet."))
    return _compared(building, years, _moved(s, years, wanted, named, locale), links, locale)


def _named(s: Session, question: str) -> list[UUID]:
    """The suppliers whose name the question holds, word for word, without the form of the company."""
    asked = f" {plain(question)} "
    names = s.exec(suppliers.visible(Supplier.id, Supplier.name))
    return [one for one, name in names if (short := _short(name)) and f" {short} " in asked]


def _short(name: str) -> str:
    return " ".join(
        word for word in plain(name).split() if word not in ("sa", "nv", "srl", "bv", "sprl", "bvba", "asbl", "vzw")
    )


def _two_years(s: Session, actor: Actor, building_id: UUID) -> list[FiscalYear]:
    """The year under way, or the last one that began, and the one before it."""
    begun = [y for y in accounts.list_years(s, actor, building_id) if y.starts_on <= clock.today()]
    return sorted(begun, key=lambda y: y.starts_on, reverse=True)[:2]


def _moved(
    s: Session, years: Sequence[FiscalYear], wanted: Callable[[str], bool] | None, named: Sequence[UUID], locale: str
) -> dict[str, dict[UUID, int]]:
    """label -> year -> debit less credit of the accounts of costs."""
    here = years[0].building_id
    of_costs = s.exec(select(Account).where(Account.building_id == here, Account.kind == Side.EXPENSE)).all()
    meant = [a.id for a in of_costs if wanted and wanted(a.label(locale))]
    other = aliased(JournalLine)
    of_supplier = exists().where(col(other.entry_id) == JournalLine.entry_id, col(other.supplier_id).in_(named))
    moved = func.sum(col(JournalLine.debit_cents) - JournalLine.credit_cents)
    sums: Any = (
        select(JournalLine.account_id, JournalLine.year_id, moved)
        .join(JournalEntry, col(JournalEntry.id) == JournalLine.entry_id)
        .where(
            col(JournalLine.year_id).in_([y.id for y in years]), col(JournalLine.account_id).in_([a.id for a in of_costs]),
            or_(col(JournalLine.account_id).in_(meant), of_supplier), col(JournalEntry.source).not_in(OUTSIDE),
        )
        .group_by(col(JournalLine.account_id), col(JournalLine.year_id))
    )  # fmt: skip
    labels = {a.id: a.label(locale) for a in of_costs}
    found: dict[str, dict[UUID, int]] = defaultdict(dict)
    for account_id, year_id, cents in s.execute(sums):
        found[labels[account_id]][year_id] = int(cents)
    return found


def _compared(
    building: Building,
    years: Sequence[FiscalYear],
    moved: dict[str, dict[UUID, int]],
    links: Sequence[Link],
    locale: str,
) -> Sheet:
    names = [_year(y) for y in years]
    if not moved:
        figures = {"building": building.name, "years": ", ".join(names)}
        return Sheet(
            translate(locale, "The books of {building} hold nothing of this in {years}.", **figures), links=links
        )
    totals = [sum(of.get(y.id, 0) for of in moved.values()) for y in years]
    said = ", ".join(f"{name}: {euros(Cents(cents), locale)}" for name, cents in zip(names, totals, strict=True))
    sentence = translate(locale, "In the books of {building}. {said}.", building=building.name, said=said)
    rows = _rows(moved, [y.id for y in years], locale)
    return Sheet(sentence, [translate(locale, "Cost"), *names], rows, range(1, len(names) + 1), links)


def _rows(moved: dict[str, dict[UUID, int]], keys: Sequence[UUID], locale: str) -> list[tuple[str, ...]]:
    """The biggest of the first column first."""
    ordered = sorted(moved.items(), key=lambda one: -one[1].get(keys[0], 0))[:ROWS]
    return [(label, *(euros(Cents(of.get(key, 0)), locale) for key in keys)) for label, of in ordered]


def _year(y: FiscalYear) -> str:
    """2026, or 2025–2026 for a year that is none of the calendar."""
    return str(y.starts_on.year) if y.starts_on.year == y.ends_on.year else f"{y.starts_on.year}–{y.ends_on.year}"


@requires(Permission.OWN_READ)
def my_cost_of(s: Session, actor: Actor, subject: Subject) -> Sheet:
    """The reader's own part of a cost, in his last statement beside the one before it. NotFound for who is nobody in the
    register."""
    locale, here = subject.locale, places(s, actor, subject)
    known = [x for x in reading.my_statements(s, actor) if not here or x.building_id in here]
    links = [Link(translate(locale, "My statements"), "/my-statements")]
    wanted = cost_words.meant(subject.question, locale)
    if not known:
        return Sheet(translate(locale, "No statement has been published for you yet."))
    if wanted is None:
        return Sheet(translate(locale, "Say what was paid for: the lift, the insurance, the cleaning."), links=links)
    two = [x for x in known if x.building_id == known[0].building_id][:2]
    moved = _own_parts(s, actor, [x.id for x in two], wanted, locale)
    names = [_period(x, locale) for x in two]
    if not moved:
        return Sheet(translate(locale, "Your last statements hold nothing of this."), links=links)
    totals = [sum(of.get(x.id, 0) for of in moved.values()) for x in two]
    said = ", ".join(f"{name}: {euros(Cents(cents), locale)}" for name, cents in zip(names, totals, strict=True))
    sentence = translate(
        locale, "Your part, by your statements of {building}. {said}.", building=two[0].building, said=said
    )
    rows = _rows(moved, [x.id for x in two], locale)
    return Sheet(sentence, [translate(locale, "Cost"), *names], rows, range(1, len(names) + 1), links)


def _own_parts(
    s: Session, actor: Actor, statement_ids: Iterable[UUID], wanted: Callable[[str], bool], locale: str
) -> dict[str, dict[UUID, int]]:
    """label -> statement -> the reader's cents."""
    summed: Any = (
        select(Account, StatementLine.statement_id, func.sum(StatementPart.cents))
        .join(JournalLine, col(JournalLine.account_id) == Account.id)
        .join(StatementLine, col(StatementLine.journal_line_id) == JournalLine.id)
        .join(StatementPart, col(StatementPart.line_id) == StatementLine.id)
        .where(
            col(StatementLine.statement_id).in_(list(statement_ids)), StatementPart.owner_id == actor.owner_id,
            StatementLine.sort == Sort.COST, Account.kind == Side.EXPENSE,
        )
        .group_by(col(Account.id), col(StatementLine.statement_id))
    )  # fmt: skip
    found: dict[str, dict[UUID, int]] = defaultdict(dict)
    for account, statement_id, cents in s.execute(summed):
        if wanted(account.label(locale)):
            found[account.label(locale)][statement_id] = int(cents)
    return found


# --- Words -----------------------------------------------------------------------------------------------------------

_SPENT = {
    "fr": r"coute\w*|couts?|coutent|paye\w*|depens\w*|revien\w*|charges?|frais|prix|factur\w*|prime",
    "nl": r"\w*kost(?:en|te|ten)?|betaald\w*|uitgegeven|uitgaven|prijs|premie|factu\w+",
    "de": r"\w*kost(?:en|et|ete|eten)?|gekostet|(?:be|ge)zahlt|ausgegeben|ausgaben|preis|pramie|rechnungen",
    "en": r"costs?|paid|spen[dt]|charges?|price|premium|bills?|fees?|expenses",
}
_HOW = {
    "fr": r"combien|quel(?:le)?s?|montant|montre\w*|donne\w*|detail",
    "nl": r"hoe ?veel|wat|welk bedrag|hoe hoog|toon|geef",
    "de": r"wie ?viel|was|wie hoch|welcher betrag|zeig\w*",
    "en": r"how much|what|which amount|show",
}
_OURS = {  # of this building, or in a year: what something costs in general is nobody's own data
    "fr": r"notre|nos|mon|mes|avons|on a|a t on|ai je|j'ai|annee|20\d\d|exercice|par an|an (?:dernier|passe)|a coute|ont coute",
    "nl": r"ons|onze|mijn|hebben|heb ik|kostten?|gekost|jaar|20\d\d|boekjaar",
    "de": r"unser\w*|mein\w*|haben|habe ich|hat|kosteten?|jahr\w*|20\d\d|geschaftsjahr",
    "en": r"our|my|did|year|20\d\d|has|have",
}
_NOT_COST = {
    "fr": r"remplac\w*|travaux|renov\w*|install\w*|nouve\w*|devis|coutera|couteront|dois|doit|tva|comment|repart\w*|cle|prochaine?s?|appels?"
    r"|provisions?|(?:quote )?part|numero|telephone|franchise|resili\w*|augment\w*|toiture|toit|budget|notaire|avocat",
    "nl": r"vervang\w*|\w*werken|renov\w*|installat\w*|plaats\w*|nieuwe?|offerte|zal|zullen|btw|verdeel\w*|volgende|\w*oproep\w*|\w*voorschot\w*"
    r"|(?:aan)?deel|nummer|telefoon\w*|vrijstelling|opzeg\w*|stijg\w*|gestegen|dak|begroting|notaris|advocaat|wordt|worden",
    "de": r"austausch\w*|ersetz\w*|\w*arbeiten|renov\w*|sanier\w*|einbau\w*|neue\w*|angebot\w*|wird|werden|mwst|verteil\w*|schlussel|nachste\w*"
    r"|\w*abruf\w*|\w*vorsch\w*|anteil|nummer|telefon\w*|selbstbeteiligung|kundig\w*|gestiegen|dach|haushaltsplan|notar|anwalt",
    "en": r"replac\w*|works|renovation|install\w*|new|quote|will|would|vat|split|keys?|next|calls?|advance|share|part|number|phone|telephone"
    r"|deductible|cancel|up|increase\w*|rose|roof|budget|notary|lawyer",
}
_COST_OF = {
    locale: [
        about(
            locale, _HOW[locale], _SPENT[locale], cost_words.any_subject(locale), _OURS[locale], but=_NOT_COST[locale]
        )
    ]
    for locale in LOCALES
}
_STATEMENT = {
    "fr": r"(?:mon|mes) (?:derni\w+ )?(?:decomptes?|releves? de charges)|(?:le )?decompte de (?:mes )?charges",
    "nl": r"mijn (?:laatste )?(?:jaar)?afrekening(?:en)?",
    "de": r"meine[rn]? (?:letzten? )?(?:jahres)?abrechnung(?:en)?",
    "en": r"my (?:last |latest )?statements?(?: of charges)?",
}
_SEE = {
    "fr": r"montre\w*|quel(?:le)?s?|combien|resultat|affiche\w*|voir|donne\w*|detail|ou est|explique\w*",
    "nl": r"toon|wat|hoe ?veel|hoe (?:hoog|groot)|resultaat|geef|zien|detail|waar is",
    "de": r"zeig\w*|was|wie ?viel|wie hoch|ergebnis|gib|sehen|detail|wo ist",
    "en": r"show|what(?:'s)?|how much|result|see|give|detail|where is",
}
_NOT_STATEMENT = {
    "fr": r"contest\w*|erreurs?|faux|delais?|quand|recevoir|recu|prescri\w*|locataire|doit|contenir|mention\w*",
    "nl": r"betwist\w*|fouten?|fout|termijn|wanneer|ontvang\w*|verjaard|huurder|bevatten|vermeld\w*",
    "de": r"anfecht\w*|fehler|falsch|frist|wann|erhalt\w*|verjahr\w*|mieter|enthalten|vermerk\w*",
    "en": r"contest|challenge|errors?|wrong|deadline|when|receive\w*|prescri\w*|tenant|contain|mention|bank|account",
}
_MY_STATEMENT = {
    locale: [about(locale, _SEE[locale], _STATEMENT[locale], but=_NOT_STATEMENT[locale])] for locale in LOCALES
}

TOOLS = [
    Tool(
        "my_statement",
        N_("My last statement"),
        "For a co-owner: the result of the person's last statement of charges, the costs that make it and what was called.",
        Permission.OWN_READ,
        my_statement,
        _MY_STATEMENT,
    ),
    Tool(
        "cost_of",
        N_("What something cost"),
        "For those who read the books: what the lift, the insurance, the cleaning, the heating… or a supplier that the question "
        "names cost the association this financial year and the one before.",
        Permission.LEDGER_READ,
        cost_of,
        _COST_OF,
    ),
    Tool(
        "my_cost_of",
        N_("What something cost me"),
        "For a co-owner: the person's own part of what the lift, the insurance, the cleaning, the heating… cost, by the last two "
        "statements.",
        Permission.OWN_READ,
        my_cost_of,
        _COST_OF,
    ),
]
