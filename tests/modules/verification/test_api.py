"""The routes, and the report as the meeting reads it."""

from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from koprogo_app.core import i18n
from koprogo_app.core.actor import Role
from koprogo_app.core.service import call
from koprogo_app.modules.verification import api, service
from koprogo_app.modules.verification.rules import Conclusion

from .conftest import ids_of


@pytest.fixture
def auditor(ursula, client_of):
    return client_of(api.router, ursula)


def text(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def test_a_verification_from_its_beginning_to_its_signature(auditor, alice, client_of, year):
    base = f"/api/v1/buildings/{year.id}/verifications"
    assert [one["verification"] for one in auditor.get(base).json()] == [None, None]
    made = auditor.post(base, json={"year_id": str(year.years[2026])})
    assert made.status_code == 201
    assert auditor.post(base, json={"year_id": str(year.years[2026])}).json()["id"] == made.json()["id"]
    here = f"/api/v1/verifications/{made.json()['id']}"

    entries = auditor.get(
        f"{here}/entries", params={"sample": "largest-2", "sort_by": "total_cents", "order": "desc"}
    ).json()
    assert [(e["journal"], e["number"], e["total_cents"], e["seen_by"]) for e in entries["data"]] == [
        ("ODS", 1, 100_000, None), ("VEN", 1, 50_000, None),
    ]  # fmt: skip
    ids = [e["id"] for e in entries["data"]]
    assert auditor.post(f"{here}/ticks", json={"entry_ids": ids}).json() == {"ticked": 2}
    assert auditor.post(f"{here}/ticks", json={"entry_ids": ids}).json() == {"ticked": 0}
    assert auditor.delete(f"{here}/ticks/{ids[1]}").status_code == 204
    assert auditor.delete(f"{here}/ticks/{ids[1]}").status_code == 204
    found = auditor.get(here).json()
    assert found["progress"] == {
        "entries": 9,
        "seen": 1,
        "total_cents": 301_300,
        "seen_cents": 100_000,
        "share": [1, 9],
    }
    assert [j["journal"] for j in found["journals"]] == ["ACH", "FIN", "ODS", "VEN"]

    remark = auditor.post(f"{here}/remarks", json={"text": "Which pump?", "on_entry": ids[0]})
    assert remark.status_code == 201
    address = f"/api/v1/verification-remarks/{remark.json()['id']}"
    syndic = client_of(api.router, alice)
    assert syndic.put(f"{address}/answer", json={"answer": "The heating's"}).json()["status"] == "answered"
    assert syndic.put(f"{address}/settle").status_code == 403
    assert auditor.put(f"{address}/settle").json()["status"] == "closed"
    assert [(r["entry"], r["answer"]) for r in auditor.get(f"{here}/remarks").json()] == [("ODS 1", "The heating's")]

    assert auditor.put(f"{here}/sign", json={"conclusion": "approved"}).json()["status"] == "signed"
    assert auditor.post(f"{here}/ticks", json={"entry_ids": ids}).status_code == 400
    assert auditor.post(base, json={"year_id": str(year.years[2026])}).status_code == 400
    again = auditor.put(f"{here}/withdraw-signature", json={"reason": "Too early"})
    assert (again.json()["status"], again.json()["withdrawal_reason"]) == ("open", "Too early")


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("POST", "/ticks", {"entry_ids": ["x"]}, "entry_ids"),
        ("POST", "/remarks", {"text": ""}, "text"),
        ("PUT", "/sign", {"conclusion": "maybe"}, "conclusion"),
        ("PUT", "/sign", {"conclusion": "not_approved"}, "conclusion_words"),
        ("GET", "/entries?sample=random-5", None, "seed"),
        ("GET", "/entries?above=many", None, "above"),
        ("GET", "/entries?journal=XXX", None, "journal"),
        ("GET", "/report.pdf?language=xx", None, "language"),
    ],
)
def test_bad_input_is_said_beside_its_field(auditor, begun, method, path, body, detail):
    answer = auditor.request(method, f"/api/v1/verifications/{begun.id}{path}", json=body)
    assert answer.status_code == 400
    assert detail in answer.json()["details"]


@pytest.mark.parametrize(
    ("role", "reads"), [(Role.SYNDIC, True), (Role.ACCOUNTANT, True), (Role.OWNER, False), (Role.OCCUPANT, False)]
)
def test_the_office_reads_and_does_not_tick_and_owners_see_nothing(alice, client_of, begun, role, reads, ursula):
    client, here = client_of(api.router, replace(alice, role=role)), f"/api/v1/verifications/{begun.id}"
    assert client.get(here).status_code == (200 if reads else 403)
    assert client.get(f"{here}/entries").status_code == (200 if reads else 403)
    ids = [str(one) for one in ids_of(ursula, begun, "ACH 1")]
    assert client.post(f"{here}/ticks", json={"entry_ids": ids}).status_code == 403
    assert client.put(f"{here}/sign", json={"conclusion": "approved"}).status_code == 403


def test_another_office_finds_nothing(charlie, client_of, begun, year):
    stranger = client_of(api.router, charlie)
    for path in ("", "/entries", "/remarks", "/report.pdf"):
        assert stranger.get(f"/api/v1/verifications/{begun.id}{path}").status_code == 404
    assert stranger.get(f"/api/v1/buildings/{year.id}/verifications").status_code == 404
    assert stranger.put(f"/api/v1/verification-remarks/{uuid4()}/answer", json={"answer": "x"}).status_code == 404


def test_the_platform_administrator_names_a_verification(superadmin, client_of, begun, ursula):
    admin, here = client_of(api.router, superadmin), f"/api/v1/verifications/{begun.id}"
    remark = admin.post(f"{here}/remarks", json={"text": "Seen by the platform"})
    assert remark.status_code == 201
    assert admin.put(f"/api/v1/verification-remarks/{remark.json()['id']}/settle").status_code == 200
    assert len(call(ursula, service.list_remarks, begun.id)) == 1


# --- The report

TITLES = {
    "fr": ("Rapport de vérification des comptes", "Conclusion"),
    "nl": ("Verslag van de verificatie van de rekeningen", "Besluit"),
    "de": ("Bericht über die Prüfung der Konten", "Ergebnis"),
    "en": ("Report on the verification of the accounts", "Conclusion"),
}
FIGURES = {  # seen 2 of 9 entries (22,2 %), 1 250,50 of 3 013,00 (41,5 %); the reserve lacks 40,00
    "fr": ("22,2 %", "1 250,50", "3 013,00", "41,5 %", "40,00 €"),
    "nl": ("22,2%", "1.250,50", "3.013,00", "41,5%", "€ 40,00"),
    "de": ("22,2 %", "1.250,50", "3.013,00", "41,5 %", "40,00 €"),
    "en": ("22,2%", "1.250,50", "3.013,00", "41,5%", "40,00 €"),
}


@pytest.fixture
def signed(alice, ursula, begun, identified):
    call(ursula, service.tick, begun.id, ids_of(ursula, begun, "ACH 1", "ODS 1"))
    remark = call(ursula, service.write_remark, begun.id, "Which pump?", ids_of(ursula, begun, "ODS 1")[0])
    call(alice, service.answer_remark, remark.id, "The one of the heating")
    call(ursula, service.write_remark, begun.id, "The contract of the lift is missing <here>")
    call(ursula, service.sign, begun.id, Conclusion.WITH_REMARKS, "Look for\nthe vouchers.")
    return begun


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_the_report_has_its_figures_in_each_language(auditor, signed, locale, monkeypatch):
    catalog, words = (
        i18n.catalog,
        dict(zip(("Report on the verification of the accounts", "Conclusion"), TITLES[locale], strict=True)),
    )
    monkeypatch.setattr(i18n, "catalog", lambda asked: {**catalog(asked), **(words if asked == locale else {})})
    said = text(auditor.get(f"/api/v1/verifications/{signed.id}/report.pdf", params={"language": locale}))
    for part in (*TITLES[locale], *(figure.replace("\u00a0", " ") for figure in FIGURES[locale])):
        assert part in said, part
    for part in (
        "Résidence Molière", "0403.170.701", "Which pump?", "The one of the heating", "Alice Test", "Look for the vouchers.",
        "The contract of the lift is missing <here>", "ODS 1, Pump", "Ursula Test", "F-1",
    ):  # fmt: skip
        assert part in said, part


def test_an_unsigned_report_is_a_draft(auditor, begun, identified):
    said = text(auditor.get(f"/api/v1/verifications/{begun.id}/report.pdf", params={"language": "en"}))
    assert "Draft: this report is not signed yet." in said
    assert "There is no remark." in said
    assert "Signed in KoproGo" not in said


def test_entries_after_the_signature_are_said_not_verified(auditor, signed, posted):
    from .conftest import line

    posted("2026-06-01", line("657", 900), line("551", 0, 900), words="Late")
    said = text(auditor.get(f"/api/v1/verifications/{signed.id}/report.pdf", params={"language": "en"}))
    assert "Entries posted after the signature, not verified: 1." in said
    assert "2 of 9 entries" in said
    assert "ODS 3" not in said  # it is not among those without a voucher


def test_the_reader_s_language_is_the_default(ursula, client_of, signed):
    client = client_of(api.router, replace(ursula, locale="nl"))
    assert "1.250,50" in text(client.get(f"/api/v1/verifications/{signed.id}/report.pdf"))


def test_the_same_signed_report_is_the_same_file(auditor, signed):
    first, second = (auditor.get(f"/api/v1/verifications/{signed.id}/report.pdf").content for _ in range(2))
    assert first == second
