"""The official references of the entries, so that they are translated; a test finds one that is missing."""

from collections.abc import Sequence

from koprogo_app.core.i18n import N_

SOURCES: Sequence[str] = (
    N_("Belgian VAT administration, Aanschrijving 1995/13"),
    N_("Belgian VAT legislation"),
    N_("Belgian VAT legislation, rates for works in dwellings"),
    N_("Belgian rules on structured electronic invoicing between taxable persons, in force on 1 January 2026"),
    N_("Brussels reform of the energy performance of buildings (PEB), adopted in July 2025"),
    N_("Civil Code, Book 3 (law of 4 February 2020, Belgian Official Gazette of 17 March 2020)"),
    N_(
        "Civil Code, Book 3 (law of 4 February 2020, Belgian Official Gazette of 17 March 2020); old Civil Code, art. 577-2 to 577-14"
    ),
    N_(
        "Civil Code, Book 3 (law of 4 February 2020, Belgian Official Gazette of 17 March 2020); rule in force since 1 January 2019 (law of 18 June 2018)"
    ),
    N_("Civil Code, Book 3, which has no duty of fire insurance"),
    N_("Code of Economic Law, Book XIX, in force on 1 September 2023"),
    N_("Flemish energy rules (Energiedecreet of 8 May 2009 and Energiebesluit of 19 November 2010)"),
    N_("Flemish rules on the asbestos certificate (Materialendecreet of 23 December 2011 and VLAREMA)"),
    N_("Flemish rules on the asbestos certificate, which do not extend to Brussels"),
    N_("Flemish rules on the asbestos certificate, which do not extend to Wallonia"),
    N_("General rules on limitation (article not verified)"),
    N_("General rules on the jurisdiction of the courts (article not verified)"),
    N_("Law of 11 February 2013 on the profession of real estate agent"),
    N_("Law of 18 June 2018, in force since 1 January 2019"),
    N_("Law of 2 August 2002 on combating late payment in commercial transactions"),
    N_("Law of 2 August 2002 on combating late payment in commercial transactions; half-yearly notices"),
    N_("Law of 5 May 1865 on loans at interest"),
    N_("Law of 5 May 1865 on loans at interest; yearly notice in the Belgian Official Gazette"),
    N_(
        "Laws of 30 June 1994, 2 June 2010, 15 May 2012, 18 June 2018, 4 February 2020, 31 July 2020 and 20 December 2020"
    ),
    N_("Mortgage Act, art. 27, 7° and art. 29, in force since 1 January 2019"),
    N_("Regional and federal rules (texts not verified)"),
    N_("Regional rules on energy communities and energy sharing (texts not verified)"),
    N_("Regional rules on heating appliances (text not verified)"),
    N_("Regulation (EU) 2016/679 of 27 April 2016 (GDPR)"),
    N_("Royal Decree of 12 July 2012 (Belgian Official Gazette of 3 August 2012, erratum of 13 August 2012)"),
    N_("Royal Decree of 12 July 2012, amended by the Royal Decree of 18 April 2013"),
    N_("Royal decree of 15 March 2017 on the entry of the syndic in the Crossroads Bank for Enterprises"),
    N_("Royal decree of 25 January 2001 on temporary or mobile construction sites"),
    N_("Royal decree of 29 June 2018 on the deontology of real estate agents"),
    N_("Royal decree of 5 March 2023 on electrical installations"),
    N_("Royal decree of 9 March 2003 on the safety of lifts"),
    N_("Statutes of the co-ownership; law of 5 May 1865 on loans at interest"),
    N_("Walloon rules on the energy performance of buildings (text not verified)"),
)
