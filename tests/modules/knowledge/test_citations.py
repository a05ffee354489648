import pytest

from koprogo_app.modules.knowledge import citations


@pytest.mark.parametrize(
    ("uid", "fr", "nl"),
    [
        ("be.cc.3.87.p10", "Code civil, art. 3.87 § 10", "Burgerlijk Wetboek, art. 3.87 § 10"),
        ("be.cc.3.89.p5.7", "Code civil, art. 3.89 § 5, 7°", "Burgerlijk Wetboek, art. 3.89 § 5, 7°"),
        ("be.cc.3.88.p1.2.a", "Code civil, art. 3.88 § 1, 2°, a)", "Burgerlijk Wetboek, art. 3.88 § 1, 2°, a)"),
        ("be.cc.3.87.p3.form", "Code civil, art. 3.87 § 3", "Burgerlijk Wetboek, art. 3.87 § 3"),
        ("be.cc.3.91", "Code civil, art. 3.91", "Burgerlijk Wetboek, art. 3.91"),
        ("be.cc.3.90.judge", "Code civil, art. 3.90", "Burgerlijk Wetboek, art. 3.90"),
        ("be.kb.20120712.class1", "", ""),
    ],
)
def test_a_uid_is_cited_in_the_readers_language(uid, fr, nl):
    assert citations.citation(uid, "fr") == fr
    assert citations.citation(uid, "nl") == nl


@pytest.mark.parametrize(
    ("uid", "there"),
    [
        ("be.cc.3.87.p12", True), ("be.cc.3.87.p13", False), ("be.cc.3.77.p1", False), ("be.cc.3.91.p1", False),
        ("be.cc.3.100", True), ("be.cc.3.101", False), ("eu.gdpr.33", True), ("be.cc.nonsense", False),
    ],
)  # fmt: skip
def test_paragraphs_that_the_code_does_not_have_are_refused(uid, there):
    assert citations.exists(uid) is there


@pytest.mark.parametrize(
    ("question", "uids"),
    [
        ("Que dit l'art. 3.89 §5 7° ?", ["be.cc.3.89.p5.7"]),
        ("artikel 3.87 § 3 van het BW", ["be.cc.3.87.p3"]),
        ("Art. 3.87 Paragraph 3", ["be.cc.3.87.p3"]),
        ("article 3.92", ["be.cc.3.92"]),
        ("3.87 § 40", ["be.cc.3.87"]),  # no such paragraph: the article
        ("l'ancien 577-8 § 4", ["be.cc.3.89.p5"]),  # from § 4 on, one further
        ("577-8 § 3", ["be.cc.3.89.p3"]),
        ("577-9 § 2", ["be.cc.3.92.p3"]),
        ("577-8/1", ["be.cc.3.90"]),
        ("art. 577 - 7", ["be.cc.3.88"]),
        ("577/7", ["be.cc.3.88"]),
        ("3.89 et 3.87 §1", ["be.cc.3.89", "be.cc.3.87.p1"]),
        ("un montant de 13.870 €", []),
        ("2.385 m2, 3.8 ou 3.101", []),
        ("577-1", []),
    ],
)
def test_articles_are_recognised_by_their_number(question, uids):
    assert citations.named(question) == uids


def test_the_chip_of_a_page_is_short():
    assert citations.short("be.cc.3.89.p5.7") == "3.89 §5 7°"
    assert citations.short("vlg.epc") == ""


def test_a_part_lies_under_its_paragraph_and_not_under_another_with_the_same_beginning():
    assert citations.under("be.cc.3.87.p1.split", ["be.cc.3.87.p1"])
    assert not citations.under("be.cc.3.87.p10", ["be.cc.3.87.p1"])
