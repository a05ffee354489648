"""What the letter of a statement says to one co-owner, in his language."""

from functools import partial
from uuid import UUID

from sqlmodel import Session

from koprogo_app.core.actor import Actor, Permission
from koprogo_app.core.i18n import N_, Money, amount, day, number, translate
from koprogo_app.core.money import Cents
from koprogo_app.core.service import requires
from koprogo_app.modules.buildings.rules import association_name
from koprogo_app.modules.calls.rules import DESTINATIONS, Destination
from koprogo_app.modules.letters import service as letters
from koprogo_app.modules.letters.rules import LetterContent, Slip, Table
from koprogo_app.modules.references import service as references

from . import access, reading
from .reading import Group, OwnStatement

TO_PAY = N_("Your part of the costs is {costs}: {amount} more than what was called from you on account.")
IN_CREDIT = N_("Your part of the costs is {costs}: {amount} less than what was called from you on account.")
EVEN = N_("Your part of the costs is {costs}: exactly what was called from you on account.")


def compose(s: Session, actor: Actor, statement_id: UUID, owner_id: UUID) -> LetterContent:
    """The letter of a published statement. NotFound when the reader cannot see it or the co-owner has no part in it."""
    statement = access.get(s, actor, statement_id)
    found = reading.compose(s, statement, owner_id, own=True)
    digits = references.references_of(s, actor, statement.building_id, [owner_id])[owner_id]
    return content(found, digits, found.owner.language)


def content(found: OwnStatement, digits: str, locale: str) -> LetterContent:
    """All of a co-owner's statement as a letter; `digits`: his structured communication."""
    t, statement = partial(translate, locale), found.statement
    period = t("{first} to {last}", first=statement.from_on, last=statement.until_on)
    shares = f"{number(found.shares, locale)} / {number(found.building.total_shares, locale)}"
    held = [(t("Lots"), ", ".join(found.lots)), (t("Shares"), shares)] if found.lots else []
    return LetterContent(
        title=t("Your statement of charges, {period}", period=period), lead=lead(found, locale), paragraphs=(_account(found, locale),),
        tables=tuple(table for table in (_costs(found, locale), _provisions(found, locale), _funds(found, locale), _lines(found, locale)) if table.rows),
        payment=_slip(found, digits), notes=_notes(found, locale), references=((t("Period"), period), *held),
    )  # fmt: skip


def lead(found: OwnStatement, locale: str) -> str:
    """The result in a sentence."""
    balance = found.sums.costs_cents - found.sums.provisions_cents
    said = TO_PAY if balance > 0 else IN_CREDIT if balance < 0 else EVEN
    return translate(locale, said, costs=Money(found.sums.costs_cents), amount=Money(abs(balance)))


def after(found: OwnStatement) -> Cents:
    """What stands on the co-owner's account with this statement: above zero he pays it."""
    return Cents(found.sums.before_cents + found.sums.costs_cents - found.sums.provisions_cents)


def key_of(group: Group, locale: str) -> str:
    """The name of what the cost is shared by."""
    if group.private:
        return translate(locale, "Private")
    return group.key or translate(locale, "Shares")


def part_of(group: Group, locale: str) -> str:
    """465 / 10 000: the co-owner's part of the key; empty for a private cost."""
    return f"{number(group.weight, locale)} / {number(group.whole, locale)}" if group.whole else ""


def _account(found: OwnStatement, locale: str) -> str:
    t, before, now = partial(translate, locale), Money(found.sums.before_cents), Money(after(found))
    if not found.sums.before_cents:
        return t("Before this statement nothing was open on your account.")
    if found.sums.before_cents > 0:
        return t(
            "Before this statement {before} was still to pay on your account; with it, the balance is {now}.",
            before=before,
            now=now,
        )
    return t(
        "Before this statement {before} stood in your favour on your account; with it, the balance is {now}.",
        before=Money(-found.sums.before_cents), now=now,
    )  # fmt: skip


def _costs(found: OwnStatement, locale: str) -> Table:
    """What a tenant bears has its column only where there is some: the others have more room."""
    t, money = partial(translate, locale), partial(amount, locale=locale)
    tenant = bool(found.sums.tenant_cents)

    def row(*cells: str, tenant_cents: int, cents: int) -> tuple[str, ...]:
        return (*cells, *([money(tenant_cents)] if tenant else []), money(cents))

    rows = tuple(
        row(
            g.account.label(locale),
            key_of(g, locale),
            money(g.total_cents),
            part_of(g, locale),
            tenant_cents=g.tenant_cents,
            cents=g.cents,
        )
        for g in found.groups
    )
    foot = row(
        t("Your part of the costs"), "", "", "", tenant_cents=found.sums.tenant_cents, cents=found.sums.costs_cents
    )
    columns = (
        t("Cost"),
        t("Key"),
        t("Building (€)"),
        t("Your part"),
        *([t("of which tenant (€)")] if tenant else []),
        t("For you (€)"),
    )
    return Table(columns=columns, rows=rows, foot=(foot,), numeric=frozenset(range(2, len(columns))))


def _provisions(found: OwnStatement, locale: str) -> Table:
    t, money = partial(translate, locale), partial(amount, locale=locale)
    rows = tuple((day(x.called_on, locale), x.title, money(-x.cents)) for x in found.provisions)
    balance = found.sums.costs_cents - found.sums.provisions_cents
    label = t("Balance to pay") if balance > 0 else t("Balance in your favour") if balance < 0 else t("Balance")
    foot = (
        (t("Called on account"), "", money(-found.sums.provisions_cents)),
        (label, "", money(abs(balance))),
    )
    return Table(
        title=t("What was called from you on account"), columns=(t("Date"), t("Call for funds"), t("Amount (€)")), rows=rows, foot=foot,
        numeric=frozenset({2}),
    )  # fmt: skip


def _funds(found: OwnStatement, locale: str) -> Table:
    t, money = partial(translate, locale), partial(amount, locale=locale)
    rows = tuple(
        (day(x.called_on, locale), f"{x.title}: {t(DESTINATIONS[Destination(x.destination)])}", money(x.cents))
        for x in found.funds
    )
    return Table(
        title=t("Called for the funds: it stays with the association and is not settled"),
        columns=(t("Date"), t("Call for funds"), t("Amount (€)")), rows=rows, numeric=frozenset({2}),
    )  # fmt: skip


def _lines(found: OwnStatement, locale: str) -> Table:
    t, money = partial(translate, locale), partial(amount, locale=locale)
    rows = tuple(
        (day(x.entry_on, locale), f"{x.journal} {x.number}", x.words, money(x.total_cents), money(x.cents))
        for g in found.groups
        for x in sorted(g.items.values(), key=lambda x: (x.entry_on, x.number))
    )
    return Table(
        title=t("The entries behind these amounts"),
        columns=(t("Date"), t("Voucher"), t("Description"), t("Building (€)"), t("For you (€)")), rows=rows, numeric=frozenset({3, 4}),
    )  # fmt: skip


def _slip(found: OwnStatement, digits: str) -> Slip:
    building = found.building
    return Slip(
        cents=after(found), iban=building.iban_working or "", digits=digits, due_on=found.statement.due_on,
        beneficiary=association_name(building.name, building.language),
    )  # fmt: skip


def _notes(found: OwnStatement, locale: str) -> tuple[str, ...]:
    t = partial(translate, locale)
    notes = [t("The amount for a tenant is for information: the lease decides.")] if found.sums.tenant_cents else []
    if found.sums.vat_cents:
        notes.append(t("Your part of the costs holds {amount} of VAT.", amount=Money(found.sums.vat_cents)))
    notes.append(t("Each amount opens its voucher in your own space, unless it holds private data of somebody else."))
    return tuple(notes)


@requires(Permission.LEDGER_READ)
def pdf(s: Session, actor: Actor, statement_id: UUID, owner_id: UUID) -> bytes:
    """The letter of one co-owner as a PDF, in his language. NotFound as reading.owner_statement; nothing is kept."""
    statement = access.get(s, actor, statement_id)
    found = reading.compose(s, statement, owner_id, own=True)
    digits = references.known_of(s, actor, statement.building_id, [owner_id]).get(owner_id, "")
    return letters.preview_pdf(s, actor, statement.building_id, content(found, digits, found.owner.language), owner_id)
