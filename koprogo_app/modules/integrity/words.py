"""What is checked, how grave it is, and how it is said to the reader. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from koprogo_app.core.i18n import N_


class Severity(StrEnum):
    ERROR = "error"  # the books or what is asked of the co-owners are wrong
    WARNING = "warning"  # probably wrong, or not in order
    INFO = "info"  # to be looked at once


SEVERITIES = {Severity.ERROR: N_("To mend"), Severity.WARNING: N_("To check"), Severity.INFO: N_("To know")}


class Theme(StrEnum):
    ENTRIES = "entries"
    PARTIES = "parties"
    MONEY = "money"
    INVOICES = "invoices"
    SHARING = "sharing"
    REGISTER = "register"
    CALLS = "calls"
    YEARS = "years"


THEMES = {  # in the order of the page; the law that speaks of them
    Theme.ENTRIES: (N_("Entries and numbers"), "3.89 §5 15°"),
    Theme.PARTIES: (N_("Accounts of co-owners and suppliers"), "3.89 §5 15°"),
    Theme.MONEY: (N_("Bank, cash and funds"), "3.86 §3"),
    Theme.INVOICES: (N_("Invoices and vouchers"), "3.89 §5 15°"),
    Theme.SHARING: (N_("Sharing of the costs"), "3.81"),
    Theme.REGISTER: (N_("Register of co-owners"), "3.89 §5 14°"),
    Theme.CALLS: (N_("Calls and letters"), "3.86 §3"),
    Theme.YEARS: (N_("Financial years"), "3.89 §5 15°"),
}


class Kind(StrEnum):
    """What can be found. The values are kept: a check that changes its meaning gets another one."""

    UNBALANCED = "unbalanced"
    NUMBER_GAP = "number_gap"
    DAY_SUMS = "day_sums"
    FUTURE = "future"
    OWNER_UNNAMED = "owner_unnamed"
    SUPPLIER_UNNAMED = "supplier_unnamed"
    SUPPLIER_OVERPAID = "supplier_overpaid"
    UNMATCHED = "unmatched"
    PAID_TWICE = "paid_twice"
    RECEIVED_TWICE = "received_twice"
    FUND_BELOW = "fund_below"
    BANK_BELOW = "bank_below"
    CASH_BELOW = "cash_below"
    SUSPENSE = "suspense"
    UNDER_WAY = "under_way"
    RESERVE_SHORT = "reserve_short"
    RESERVE_OVER = "reserve_over"
    RESERVE_RULE = "reserve_rule"
    INVOICE_TWICE = "invoice_twice"
    INVOICE_ALIKE = "invoice_alike"
    VAT_RATE = "vat_rate"
    VAT_AMOUNT = "vat_amount"
    NO_VOUCHER = "no_voucher"
    UNSHARED = "unshared"
    KEY_EMPTY = "key_empty"
    KEY_TOTAL = "key_total"
    SHARES_TOTAL = "shares_total"
    SOLD_COST = "sold_cost"
    SOLD_CALL = "sold_call"
    LOT_EMPTY = "lot_empty"
    OWNER_ADDRESS = "owner_address"
    OWNER_LANGUAGE = "owner_language"
    LETTER_FAILED = "letter_failed"
    NO_YEAR = "no_year"
    UNLOCKED = "unlocked"


@dataclass(frozen=True, slots=True)
class About:
    """`mend`: what the link to the mending place says."""

    theme: Theme
    severity: Severity
    sentence: str
    mend: str


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_ENTRY, _ACCOUNT, _INVOICE = N_("Open the entry"), N_("Open the account"), N_("Open the invoice")

ABOUT = {
    Kind.UNBALANCED: About(
        Theme.ENTRIES, _ERROR, N_("Entry {entry} of {day} does not balance: debit {debit}, credit {credit}, total {total}."), _ENTRY
    ),
    Kind.NUMBER_GAP: About(
        Theme.ENTRIES, _ERROR,
        N_("In journal {journal} of the year that begins on {day}, number {number} follows number {before}."), N_("See the journal"),
    ),
    Kind.DAY_SUMS: About(
        Theme.ENTRIES, _ERROR,
        N_("The sums kept of account {account} are not those of its lines: {debit} apart on the debit side, {credit} on the credit side."),
        _ACCOUNT,
    ),
    Kind.FUTURE: About(Theme.ENTRIES, _WARNING, N_("Entry {entry} is dated in the future: {day}."), _ENTRY),
    Kind.OWNER_UNNAMED: About(
        Theme.PARTIES, _ERROR, N_("Lines of account {account} that name no co-owner: {count}, together {amount}."), _ACCOUNT
    ),
    Kind.SUPPLIER_UNNAMED: About(
        Theme.PARTIES, _ERROR, N_("Lines of account {account} that name no supplier: {count}, together {amount}."), _ACCOUNT
    ),
    Kind.SUPPLIER_OVERPAID: About(
        Theme.PARTIES, _WARNING, N_("{name} was paid {amount} more than was invoiced: an invoice is missing, or was paid twice."),
        N_("Open the supplier"),
    ),
    Kind.UNMATCHED: About(
        Theme.PARTIES, _WARNING, N_("{name}: {amount} received is set against nothing on account {account}, while {open} is open there."),
        N_("Match the payments"),
    ),
    Kind.PAID_TWICE: About(Theme.PARTIES, _WARNING, N_("{name} was paid {amount} on {first} and again on {second}."), _ENTRY),
    Kind.RECEIVED_TWICE: About(Theme.PARTIES, _INFO, N_("{name}: {amount} is entered as received twice on {day}."), _ENTRY),
    Kind.FUND_BELOW: About(Theme.MONEY, _ERROR, N_("Fund {account} stands at {amount}: more was taken from it than it had."), _ACCOUNT),
    Kind.BANK_BELOW: About(Theme.MONEY, _WARNING, N_("Bank account {account} stands at {amount}: overdrawn, or a receipt is not entered."), _ACCOUNT),
    Kind.CASH_BELOW: About(Theme.MONEY, _ERROR, N_("Cash account {account} stands at {amount}: cash is never below nothing."), _ACCOUNT),
    Kind.SUSPENSE: About(Theme.MONEY, _WARNING, N_("{amount} stands on the suspense account {account}: say what it is."), _ACCOUNT),
    Kind.UNDER_WAY: About(
        Theme.MONEY, _WARNING, N_("{amount} is under way between two accounts since {day} and has not arrived (account {account})."), _ACCOUNT
    ),
    Kind.RESERVE_SHORT: About(
        Theme.MONEY, _WARNING,
        N_("The reserve funds stand at {fund}, of which the co-owners still owe {owed}; their bank accounts hold {bank}. {amount} is missing there."),
        N_("See the funds"),
    ),
    Kind.RESERVE_OVER: About(
        Theme.MONEY, _INFO,
        N_("The reserve funds stand at {fund}, of which the co-owners still owe {owed}; their bank accounts hold {bank}. {amount} of it belongs to another fund."),
        N_("See the funds"),
    ),
    Kind.RESERVE_RULE: About(
        Theme.MONEY, _WARNING,
        N_("In the year that begins on {day}, {amount} is set aside for the reserve fund; the law wants {least} at least, unless the meeting waives it."),
        N_("See the funds"),
    ),
    Kind.INVOICE_TWICE: About(
        Theme.INVOICES, _WARNING, N_("{name}: number {number} stands on several invoices: {count}."), _INVOICE
    ),
    Kind.INVOICE_ALIKE: About(
        Theme.INVOICES, _INFO, N_("{name}: the invoices of {first} and {second} have the same amount, {amount}."), _INVOICE
    ),
    Kind.VAT_RATE: About(Theme.INVOICES, _WARNING, N_("Invoice {number} of {name}: {rate} % is no Belgian VAT rate."), _INVOICE),
    Kind.VAT_AMOUNT: About(
        Theme.INVOICES, _WARNING, N_("Invoice {number} of {name}: VAT of {vat} on {net} is not {rate} %."), _INVOICE
    ),
    Kind.NO_VOUCHER: About(Theme.INVOICES, _WARNING, N_("Invoice {number} of {name}, {amount}, is in the books without its voucher."), _INVOICE),
    Kind.UNSHARED: About(
        Theme.SHARING, _ERROR, N_("Entry {entry} of {day}: {amount} on account {account} is shared out among nobody."),
        N_("Say who bears it"),
    ),
    Kind.KEY_EMPTY: About(Theme.SHARING, _WARNING, N_("Key {name}: no lot has a weight."), N_("Open the key")),
    Kind.KEY_TOTAL: About(Theme.SHARING, _WARNING, N_("Key {name}: the weights make {sum}, the deed says {total}."), N_("Open the key")),
    Kind.SHARES_TOTAL: About(
        Theme.SHARING, _ERROR, N_("The shares of the lots make {sum}, the deed says {total}."), N_("See the lots")
    ),
    Kind.SOLD_COST: About(
        Theme.SHARING, _WARNING, N_("{name} alone bears {amount} for a period until {until}, but holds no lot here since {day}."), _ENTRY
    ),
    Kind.SOLD_CALL: About(
        Theme.SHARING, _WARNING, N_("The call “{title}” asks {name} for {amount} of lot {lot}, which was not his on the due date, {day}."),
        N_("Open the call"),
    ),
    Kind.LOT_EMPTY: About(
        Theme.REGISTER, _ERROR, N_("Lot {lot} has no owner on days with costs or calls: {count}, the first on {day}."), N_("Open the lot")
    ),
    Kind.OWNER_ADDRESS: About(Theme.REGISTER, _WARNING, N_("{name} has no complete address."), N_("Open the person")),
    Kind.OWNER_LANGUAGE: About(
        Theme.REGISTER, _WARNING, N_("{name}: the language of his letters is not one that is written here."), N_("Open the person")
    ),
    Kind.LETTER_FAILED: About(Theme.CALLS, _WARNING, N_("{title}: letters that could not be sent: {count}."), N_("See the letters")),
    Kind.NO_YEAR: About(
        Theme.YEARS, _WARNING, N_("The last financial year ended on {day}: nothing can be entered after it."), N_("Open the books")
    ),
    Kind.UNLOCKED: About(
        Theme.YEARS, _WARNING, N_("The year that ended on {day} is not locked: its figures can still change."), N_("Open the books")
    ),
}  # fmt: skip
