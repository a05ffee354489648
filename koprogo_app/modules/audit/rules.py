"""The names of tables and columns, and values, in the words of the trail's reader. Pure.

A test keeps these lists complete. Actions are named where they are done: `@requires(…, audit=N_("lot created"))`.
"""

import re
from datetime import date, datetime

from koprogo_app.core.i18n import N_, day, moment, translate

TABLES = {
    "api_token": N_("Access token"),
    "assistant_setting": N_("Settings of the assistant"),
    "auth_session": N_("Session"),
    "building": N_("Building"),
    "distribution_key": N_("Distribution key"),
    "document": N_("Document"),
    "document_version": N_("Version of a document"),
    "import_run": N_("Import"),
    "key_part": N_("Weight in a key"),
    "lot": N_("Lot"),
    "lot_shares": N_("Shares of a lot"),
    "mail_message": N_("Mail"),
    "membership": N_("Role"),
    "model_use": N_("Use of the language model"),
    "official_text": N_("Official text"),
    "one_time_link": N_("Invitation"),
    "organization": N_("Organisation"),
    "owner": N_("Person"),
    "ownership": N_("Part of a lot"),
    "paper_reading": N_("Document read by the assistant"),
    "partial_association": N_("Partial association"),
    "refresh_token": N_("Session"),
    "sign_in_failure": N_("Failed sign-in"),
    "user_account": N_("User account"),
}
COLUMNS = {
    "act": N_("Act it rests on"),
    "added_by": N_("Added by"),
    "address": N_("Address"),
    "agent": N_("Device"),
    "area_m2": N_("Area (m²)"),
    "attempts": N_("Attempts"),
    "book": N_("Spreadsheet"),
    "building_id": N_("Building"),
    "cadastre": N_("Cadastral number"),
    "category": N_("Category"),
    "choices": N_("Choices"),
    "city": N_("City"),
    "clause": N_("Clause of the deed"),
    "committed_at": N_("Written on"),
    "construction_year": N_("Construction year"),
    "contact_email": N_("E-mail address"),
    "contact_phone": N_("Telephone"),
    "country": N_("Country"),
    "dated_on": N_("Date"),
    "day": N_("Day"),
    "decision": N_("Decision"),
    "deed_on": N_("Date of the statutes"),
    "deed_reference": N_("Reference of the deed"),
    "denominator": N_("Part: denominator"),
    "description": N_("Description"),
    "document_id": N_("Document"),
    "email": N_("E-mail address"),
    "email_consent_on": N_("Consent to e-mail since"),
    "email_consent_proof": N_("Proof of the consent"),
    "ended_on": N_("Until"),
    "error": N_("Error"),
    "expires_at": N_("Works until"),
    "filename": N_("File"),
    "first_name": N_("First name"),
    "fiscal_day": N_("Financial year: first day"),
    "fiscal_month": N_("Financial year: month"),
    "floor": N_("Floor"),
    "from_on": N_("From"),
    "iban": N_("Account number (IBAN)"),
    "iban_reserve": N_("Account of the reserve fund (IBAN)"),
    "iban_working": N_("Account of the working fund (IBAN)"),
    "is_active": N_("Active"),
    "is_anonymized": N_("Made anonymous"),
    "is_contact": N_("Contact of the lot"),
    "is_demo": N_("Demonstration"),
    "is_primary": N_("Main role"),
    "is_representative": N_("Representative of the lot"),
    "kbo": N_("Enterprise number"),
    "key_id": N_("Distribution key"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "last_name": N_("Last name"),
    "last_seen_at": N_("Last seen"),
    "last_used_at": N_("Last used"),
    "locale": N_("Language"),
    "lot_id": N_("Lot"),
    "mail_notifications": N_("Mails of notification"),
    "max_buildings": N_("Buildings at most"),
    "max_users": N_("People of the office at most"),
    "meeting_day": N_("Annual meeting: first day"),
    "meeting_month": N_("Annual meeting: month"),
    "mime": N_("Kind of file"),
    "model": N_("Language model"),
    "name": N_("Name"),
    "noticeboard_public": N_("Public noticeboard"),
    "number": N_("Number"),
    "numerator": N_("Part: numerator"),
    "owner_id": N_("Person"),
    "pages": N_("Pages"),
    "pages_read": N_("Pages read"),
    "partial_id": N_("Partial association"),
    "passages": N_("Passages"),
    "password": N_("Password"),
    "phone": N_("Telephone"),
    "plan": N_("Plan"),
    "postal_code": N_("Postcode"),
    "prefix": N_("Begins with"),
    "provisional_acceptance_on": N_("Provisional acceptance"),
    "purpose": N_("Purpose"),
    "reason": N_("Reason"),
    "recipient": N_("Recipient"),
    "region": N_("Region"),
    "remark": N_("Remark"),
    "report": N_("Report"),
    "representative": N_("Representative"),
    "requests": N_("Requests"),
    "retention": N_("Kept for"),
    "right": N_("Right"),
    "role": N_("Role"),
    "send_personal_data": N_("Papers may go to the language model"),
    "sent_at": N_("Sent on"),
    "sha256": N_("Fingerprint of the file"),
    "shares": N_("Shares"),
    "single_keys": N_("Shortcuts of a single letter"),
    "size": N_("Size"),
    "slug": N_("Short name"),
    "source": N_("Source"),
    "started_on": N_("Since"),
    "state": N_("State"),
    "status": N_("Status"),
    "subject": N_("Subject"),
    "syndic_address": N_("Address of the syndic"),
    "syndic_email": N_("E-mail of the syndic"),
    "syndic_emergency": N_("Emergencies"),
    "syndic_kbo": N_("Enterprise number of the syndic"),
    "syndic_name": N_("Name of the syndic"),
    "syndic_office_hours": N_("Office hours"),
    "syndic_phone": N_("Telephone of the syndic"),
    "syndic_since": N_("In office since"),
    "text": N_("Text"),
    "text_state": N_("Reading of the text"),
    "title": N_("Title"),
    "tokens_in": N_("Tokens read"),
    "tokens_out": N_("Tokens written"),
    "total": N_("Total"),
    "total_shares": N_("Total of the shares"),
    "total_units": N_("Number of lots"),
    "type": N_("Type"),
    "undone_at": N_("Undone on"),
    "url": N_("Address on the web"),
    "used_at": N_("Used on"),
    "valid_from": N_("In force since"),
    "version": N_("Version"),
    "visibility": N_("Seen by"),
    "weight": N_("Weight"),
}
# Of people and mails: for the office and the person, not for the auditor of the accounts (as in the register).
PRIVATE = frozenset(
    {"email", "phone", "address", "postal_code", "city", "iban", "remark", "recipient", "subject", "agent"}
)
PERSONAL_TABLES = frozenset(
    {"owner", "user_account", "one_time_link", "mail_message", "auth_session", "sign_in_failure", "api_token"}
)
HIDDEN = frozenset({"id", "organization_id", "user_id", "membership_id", "uploaded_by", "family", "tsv"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def action_in(locale: str, name: str) -> str:
    """An action for its reader, as the beginning of a sentence; a name of an older release stays as it is."""
    words = translate(locale, name)
    return words[:1].upper() + words[1:]


def table_in(locale: str, name: str) -> str:
    """A table in words; a name of an older release stays as it is."""
    return translate(locale, TABLES[name]) if name in TABLES else name


def column_in(locale: str, name: str) -> str:
    """A column in words; a name of an older release stays as it is."""
    return translate(locale, COLUMNS[name]) if name in COLUMNS else name


def value_in(locale: str, value: object) -> str:
    """A value of the trail for its reader: yes and no, dates in his own order, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return translate(locale, N_("Yes") if value else N_("No"))
    text = str(value)
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text), locale)
    if _MOMENT.match(text):
        at = datetime.fromisoformat(text)
        return moment(at, locale) if at.tzinfo else text
    return text
