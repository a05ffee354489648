"""The persons of a register, each once: the same person on several lines, and persons who look alike."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from fractions import Fraction

from koprogo_app.core.i18n import N_
from koprogo_app.core.trade import Right
from koprogo_app.modules.contacts.rules import read_country, read_email, read_iban, read_kbo, read_phone, read_postcode
from koprogo_app.modules.headings.rules import KBO, Field
from koprogo_app.modules.parsing.rules import Parsed, Problem, Severity, fold, read_consent, read_language
from koprogo_app.modules.parties.rules import Kind, NameOrder, Party, Person, lookalikes, name_key, read_party
from koprogo_app.modules.registers.rules import DraftOwner, Notes, Row

OTHER = "other"  # the decision that two who look alike are two persons
NAME_ORDER = "name_order"  # the target of the choice between "Dupont Jean" and "Jean Dupont"


@dataclass(frozen=True, slots=True)
class KnownOwner:
    """An owner already in the organisation's address book."""

    id: str
    last_name: str
    first_name: str = ""
    email: str | None = None
    kbo: str | None = None
    phone: str | None = None
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    iban: str | None = None
    consents: bool = False

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a row: the owner's key, and the right and part written beside the name."""

    owner: str
    right: Right | None
    part: Fraction | None


@dataclass(frozen=True, slots=True)
class People:
    """`members`: of each row that names an owner, by (sheet, line)."""

    owners: tuple[DraftOwner, ...]
    members: Mapping[tuple[int, int], tuple[Member, ...]]


@dataclass(slots=True)
class _Mention:
    """One person, and the rows that name it. `reached`: the rows whose e-mail, phone, … are this person's."""

    key: str
    person: Person
    rows: list[Row]
    reached: list[Row]
    known_id: str = ""
    into: "_Mention | None" = None
    undecided: set[str] = default(default_factory=set[str])

    def root(self) -> "_Mention":
        return self.into.root() if self.into else self

    def merge(self, other: "_Mention") -> None:
        other.rows += self.rows
        other.reached += self.reached
        other.known_id = other.known_id or self.known_id
        self.into = other


def find_people(rows: Sequence[Row], known: Sequence[KnownOwner], fixes: Mapping[str, str], notes: Notes) -> People:
    """Every owner once. Same name with the same e-mail, phone or address is the same person; likeness is only shown."""
    order = NameOrder(fixes.get(NAME_ORDER, "")) if fixes.get(NAME_ORDER, "") in set(NameOrder) else NameOrder.UNKNOWN
    mentions: list[_Mention] = []
    by_row: dict[tuple[int, int], list[tuple[_Mention, Person]]] = {}
    unordered: list[tuple[Row, _Mention]] = []
    for row in rows:
        party = _party(row, order)
        if not party.persons:
            continue
        named = _mentions(row, party, notes)
        mentions += named
        by_row[row.sheet, row.line] = list(zip(named, party.persons, strict=True))
        if party.unordered:
            unordered.append((row, named[0]))
    _note_problems(rows, order, notes)
    _merge_same(mentions)
    _match_known(mentions, known)
    _decide_alike([m for m in mentions if not m.into], known, fixes, notes)
    _note_order([(row, m) for row, m in unordered if not m.into], notes)
    kept = [m for m in mentions if not m.into]
    owners = [_owner(m, notes) for m in kept]
    _note_shared(kept, owners, notes)
    members = {
        place: tuple(Member(mention.root().key, person.right, person.part) for mention, person in named)
        for place, named in by_row.items()
    }
    return People(tuple(owners), members)


def _party(row: Row, order: NameOrder) -> Party:
    return read_party(
        full=row.text(Field.OWNER),
        last=row.text(Field.LAST_NAME),
        first=row.text(Field.FIRST_NAME),
        title=row.text(Field.TITLE),
        company=row.text(Field.COMPANY),
        order=order,
    )


def _name_field(row: Row) -> Field:
    fields = (Field.OWNER, Field.LAST_NAME, Field.COMPANY, Field.FIRST_NAME)
    return next((field for field in fields if row.text(field)), Field.OWNER)


def _mentions(row: Row, party: Party, notes: Notes) -> list[_Mention]:
    """Contact data of a line that names several persons go to the one whose name is in the e-mail address."""
    email = fold(row.text(Field.EMAIL).partition("@")[0]).replace(" ", "")
    hits = [sum(word in email for word in fold(person.name).split()) for person in party.persons]
    reached = hits.index(max(hits))
    if len(party.persons) > 1 and (row.text(Field.EMAIL) or row.text(Field.PHONE)):
        names = [person.name for person in party.persons]
        target = f"contact:{row.text(_name_field(row))}:{email}"
        if row.fixes.get(target) in names:
            reached = names.index(row.fixes[target])
        else:
            message = N_("The e-mail address and phone of this line are taken to be those of {name}.")
            problem = Problem("shared_contact", message, {"name": names[reached]}, proposal=names[reached])
            notes.add(row, Field.EMAIL if row.text(Field.EMAIL) else Field.PHONE, problem, target=target)
    return [
        _Mention(f"{row.sheet}:{row.line}:{rank}", person, [row], [row] if rank == reached else [])
        for rank, person in enumerate(party.persons)
    ]


def _note_problems(rows: Sequence[Row], order: NameOrder, notes: Notes) -> None:
    """What is unclear in a name is said once, on the first line that has it."""
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        names = tuple(row.text(field) for field in (Field.OWNER, Field.LAST_NAME, Field.FIRST_NAME, Field.COMPANY))
        if names in seen:
            continue
        seen.add(names)
        for problem in _party(row, order).problems:
            columns = problem.code == "several" and not row.text(Field.OWNER) and row.text(Field.FIRST_NAME)
            notes.add(row, Field.FIRST_NAME if columns else _name_field(row), problem)


def _note_order(unordered: Sequence[tuple[Row, _Mention]], notes: Notes) -> None:
    if not unordered:
        return
    row = unordered[0][0]
    message = N_("Names where nothing tells the family name: {count}. “{name}” is read as family name, first name.")
    count = len({m.person.name for _, m in unordered})
    params: dict[str, str | int] = {"count": count, "name": row.text(_name_field(row))}
    problem = Problem("name_order", message, params, proposal=NameOrder.LAST_FIRST.value)
    notes.add(row, _name_field(row), problem, target=NAME_ORDER)


# --- The same person -------------------------------------------------------------------------------------------------


def _merge_same(mentions: Sequence[_Mention]) -> None:
    by_name: dict[str, list[_Mention]] = {}
    for mention in mentions:
        namesakes = by_name.setdefault(mention.person.name, [])
        same = next((other for other in namesakes if _same(mention, other)), None)
        if same:
            mention.merge(same)
        else:
            namesakes.append(mention)


def _same(one: _Mention, other: _Mention) -> bool:
    emails, others = _emails(one), _emails(other)
    if emails and others:
        return bool(emails & others)
    return bool(_traces(one) & _traces(other))


def _emails(mention: _Mention) -> set[str]:
    """As the file has them and as the person mended them: a fix on one line does not part a person in two."""
    cells = [row.cell(Field.EMAIL) for row in mention.reached]
    return {text.lower() for cell in cells for text in (cell.text, cell.original) if text}


def _traces(mention: _Mention) -> set[tuple[str, str]]:
    traces = {(field.value, fold(row.text(field)).replace(" ", "")) for row in mention.reached for field in OWN}
    for row in mention.rows:
        traces.add(("cell", row.cell(_name_field(row)).target))  # one merged cell is one person
        if row.text(Field.ADDRESS):
            traces.add((Field.ADDRESS.value, fold(row.text(Field.ADDRESS) + " " + row.text(Field.POSTCODE))))
    return {(field, text) for field, text in traces if text}


OWN = (Field.PHONE, Field.IBAN, Field.KBO, Field.OWNER_NUMBER)


def _match_known(mentions: Sequence[_Mention], known: Sequence[KnownOwner]) -> None:
    """Surely in the address book: the same name and e-mail address, or the same enterprise number."""
    by_email = {(owner.name, owner.email.lower()): owner.id for owner in known if owner.email}
    by_kbo = {owner.kbo: owner.id for owner in known if owner.kbo}
    for mention in mentions:
        if mention.into:
            continue
        numbers = (by_kbo.get(read_kbo(row.text(Field.KBO)).value or "") for row in mention.reached)
        emails = (by_email.get((mention.person.name, email)) for email in _emails(mention))
        mention.known_id = next(filter(None, (*numbers, *emails)), "")


def _decide_alike(
    mentions: Sequence[_Mention], known: Sequence[KnownOwner], fixes: Mapping[str, str], notes: Notes
) -> None:
    by_key = {mention.key: mention for mention in mentions}
    keys, in_book = [name_key(mention.person.name) for mention in mentions], {f"known:{owner.id}" for owner in known}
    for mention, (_, hits) in zip(mentions, lookalikes(keys, [name_key(owner.name) for owner in known]), strict=True):
        candidates = list(_candidates(mention, hits, mentions, known))
        decision = fixes.get(f"same:{mention.key}", "")
        if decision in by_key and by_key[decision].root() is not mention:
            mention.merge(by_key[decision].root())
        elif decision in in_book:
            mention.known_id = decision.removeprefix("known:")
        elif candidates and decision != OTHER:
            proposal, problem = candidates[0]
            mention.undecided.add(proposal)
            row = mention.rows[0]
            notes.add(row, _name_field(row), replace(problem, proposal=proposal), target=f"same:{mention.key}")


def _candidates(
    mention: _Mention, hits: Sequence[int], mentions: Sequence[_Mention], known: Sequence[KnownOwner]
) -> Iterator[tuple[str, Problem]]:
    """Those of the file first, then those of the address book."""
    places = {(row.sheet, row.line) for row in mention.rows}
    for other in (mentions[hit - len(known)] for hit in hits if hit >= len(known)):
        if not other.into and not places & {(row.sheet, row.line) for row in other.rows}:
            params: dict[str, str | int] = {"line": other.rows[0].line, "name": other.person.name}
            yield other.key, Problem("alike", N_("Looks like line {line}: {name}."), params)
    for owner in (known[hit] for hit in hits if hit < len(known) and not mention.known_id):
        message = N_("Looks like {name}, who is already in your address book.")
        yield f"known:{owner.id}", Problem("alike_known", message, {"name": owner.name})


# --- What is known of a person ---------------------------------------------------------------------------------------

DIFFERS: Mapping[Field, str] = {
    Field.EMAIL: N_("The e-mail address is not the one on line {line}, which is kept."),
    Field.PHONE: N_("The phone number is not the one on line {line}, which is kept."),
    Field.ADDRESS: N_("The address is not the one on line {line}, which is kept."),
    Field.LANGUAGE: N_("The language is not the one on line {line}, which is kept."),
    Field.CONSENT: N_("The consent to e-mail is not the one on line {line}, which is kept."),
    Field.IBAN: N_("The account number is not the one on line {line}, which is kept."),
    Field.KBO: N_("The enterprise number is not the one on line {line}, which is kept."),
}


def _pick(mention: _Mention, field: Field, read: Callable[[str], Parsed[str]], notes: Notes, *, own: bool) -> str:
    """The first valid text of a field; another one is a finding, and so is a faulty one when there is no valid one."""
    found, where, faults = "", 0, list[tuple[Row, Problem]]()
    for row in mention.reached if own else mention.rows:
        parsed = read(row.text(field))
        if parsed.problem:
            faults.append((row, parsed.problem))
        elif parsed.value and not found:
            found, where = parsed.value, row.line
        elif parsed.value and fold(parsed.value) != fold(found) and field in DIFFERS:
            notes.add(row, field, Problem("differs", DIFFERS[field], {"line": where}))
    for row, problem in faults[:1] if not found else ():
        notes.add(row, field, problem)
    return found


def _owner(mention: _Mention, notes: Notes) -> DraftOwner:
    person = mention.person
    country = _pick(mention, Field.COUNTRY, read_country, notes, own=False)
    postcode = _postcode(mention, country, notes)
    if not country and re.fullmatch(r"[1-9]\d{3}", postcode):
        country = "BE"
    owner = DraftOwner(
        mention.key,
        person.kind,
        person.last_name,
        person.first_name,
        mention.rows[0].line,
        email=_pick(mention, Field.EMAIL, read_email, notes, own=True) or None,
        phone=_pick(mention, Field.PHONE, lambda text: read_phone(text, country), notes, own=True) or None,
        address=_pick(mention, Field.ADDRESS, Parsed, notes, own=False),
        postcode=postcode,
        city=_pick(mention, Field.CITY, Parsed, notes, own=False),
        country=country,
        language=_pick(mention, Field.LANGUAGE, read_language, notes, own=False),
        consent=_consent(mention, notes),
        iban=_pick(mention, Field.IBAN, read_iban, notes, own=True) or None,
        kbo=_pick(mention, Field.KBO, read_kbo, notes, own=True) or None,
        remark=next((row.text(Field.REMARK) for row in mention.rows if not row.text(Field.LOT)), ""),
        known_id=mention.known_id,
    )
    _note_gaps(mention, owner, notes)
    return owner


def _postcode(mention: _Mention, country: str, notes: Notes) -> str:
    """A foreign one asks for the country, which the phone number may propose."""
    for row in mention.rows:
        text = row.text(Field.POSTCODE)
        parsed = read_postcode(text, country)
        if problem := parsed.problem:
            abroad = _country_of_phone(row.text(Field.PHONE))
            field = Field.COUNTRY if problem.code == "country" else Field.POSTCODE
            notes.add(row, field, replace(problem, proposal=abroad if field == Field.COUNTRY else ""))
            return text
        if parsed.value:
            return parsed.value
    return ""


PREFIXES = {
    "33": "FR",
    "31": "NL",
    "49": "DE",
    "352": "LU",
    "353": "IE",
    "44": "GB",
    "34": "ES",
    "39": "IT",
    "41": "CH",
}


def _country_of_phone(text: str) -> str:
    digits = re.sub(r"[\s./()-]", "", text)
    prefix = re.match(r"(?:\+|00)(35[23]|\d\d)", digits)
    return PREFIXES.get(prefix[1], "") if prefix else ""


def _consent(mention: _Mention, notes: Notes) -> bool | None:
    words = {True: "yes", False: "no", None: ""}

    def read(text: str) -> Parsed[str]:
        parsed = read_consent(text)
        return Parsed(words[parsed.value], parsed.problem)

    return {"yes": True, "no": False, "": None}[_pick(mention, Field.CONSENT, read, notes, own=True)]


def _note_gaps(mention: _Mention, owner: DraftOwner, notes: Notes) -> None:
    row = mention.rows[0]
    if owner.kind == Kind.PERSON and not owner.first_name:
        field = Field.FIRST_NAME if row.cell(Field.FIRST_NAME).column is not None else _name_field(row)
        notes.add(row, field, Problem("first_name", N_("“{name}” has no first name."), {"name": owner.name}))
    if owner.kind == Kind.COMPANY and not owner.kbo and not any(row.text(Field.KBO) for row in mention.reached):
        _note_company(mention, owner, notes)
    asked = next((row for row in mention.reached if row.cell(Field.CONSENT).column is not None), None)
    if asked and owner.consent and not owner.email and not any(r.text(Field.EMAIL) for r in mention.reached):
        notes.add(asked, Field.EMAIL, Problem("consent_email", N_("Consent to e-mail, but no e-mail address.")))
    if asked and owner.consent is None and owner.email and not asked.text(Field.CONSENT):
        message = N_("Consent to e-mail is not stated: notices go by registered letter.")
        notes.add(asked, Field.CONSENT, Problem("consent_unknown", message))


def _note_company(mention: _Mention, owner: DraftOwner, notes: Notes) -> None:
    for row in mention.rows:
        if (found := KBO.search(row.text(Field.REMARK))) and read_kbo(found[0]).value:
            message = N_("The remark holds an enterprise number: {number}.")
            proposal = found[0].strip()
            notes.add(row, Field.KBO, Problem("kbo_remark", message, {"number": proposal}, proposal=proposal))
            return
    message = N_("The company {name} has no enterprise number.")
    notes.add(mention.reached[0] if mention.reached else mention.rows[0], Field.KBO,
              Problem("kbo_missing", message, {"name": owner.name}))  # fmt: skip


def _note_shared(mentions: Sequence[_Mention], owners: Sequence[DraftOwner], notes: Notes) -> None:
    """One e-mail address or account for two persons who are not already shown as alike."""
    emails: dict[str, DraftOwner] = {}
    accounts: dict[str, DraftOwner] = {}
    for mention, owner in zip(mentions, owners, strict=True):
        row = mention.reached[0] if mention.reached else mention.rows[0]
        if owner.email and (first := emails.setdefault(owner.email.lower(), owner)) is not owner:
            params: dict[str, str | int] = {"name": first.name, "line": first.line}
            if first.key not in mention.undecided:
                message = N_("The e-mail address is also that of {name}, line {line}.")
                notes.add(row, Field.EMAIL, Problem("email_shared", message, params))
        if owner.iban and (first := accounts.setdefault(owner.iban, owner)) is not owner:
            params = {"name": first.name, "line": first.line}
            message = N_("The account number is also that of {name}, line {line}.")
            notes.add(row, Field.IBAN, Problem("iban_shared", message, params, Severity.LATER))
