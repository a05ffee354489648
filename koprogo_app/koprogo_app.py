"""Assembles the app: every module's pages, routes and jobs, by explicit import. Nothing else."""

import contextlib
from collections.abc import AsyncIterator

import reflex as rx

import koprogo_app.tables  # noqa: F401  (foreign keys name tables of other modules)
from koprogo_app.api import build
from koprogo_app.core import jobs
from koprogo_app.core.edge import edge
from koprogo_app.core.health import CHECKS, Check
from koprogo_app.core.tools import TOOLS
from koprogo_app.modules.account import api as account_api
from koprogo_app.modules.account import forms as account_forms
from koprogo_app.modules.account import jobs as account_jobs
from koprogo_app.modules.account import own_pages as account_own_pages
from koprogo_app.modules.account import pages as account_pages
from koprogo_app.modules.account.limits import limited
from koprogo_app.modules.accounts import api as accounts_api
from koprogo_app.modules.accounts import pages as accounts_pages
from koprogo_app.modules.archive import api as archive_api
from koprogo_app.modules.archive import pages as archive_pages
from koprogo_app.modules.assistant import admin_pages as assistant_admin_pages
from koprogo_app.modules.assistant import api as assistant_api
from koprogo_app.modules.assistant import health as assistant_health
from koprogo_app.modules.assistant import jobs as assistant_jobs
from koprogo_app.modules.assistant import pages as assistant_pages
from koprogo_app.modules.audit import api as audit_api
from koprogo_app.modules.audit import pages as audit_pages
from koprogo_app.modules.budgets import api as budgets_api
from koprogo_app.modules.budgets import detail_pages as budget_pages
from koprogo_app.modules.budgets import form_pages as budget_form_pages
from koprogo_app.modules.budgets import pages as budgets_pages
from koprogo_app.modules.buildings import api as buildings_api
from koprogo_app.modules.buildings import pages as buildings_pages
from koprogo_app.modules.buildings import service as buildings
from koprogo_app.modules.buildings import tools as buildings_tools
from koprogo_app.modules.calls import api as calls_api
from koprogo_app.modules.calls import contract as calls_contract
from koprogo_app.modules.calls import detail_pages as call_pages
from koprogo_app.modules.calls import form_pages as call_form_pages
from koprogo_app.modules.calls import letter as call_letter
from koprogo_app.modules.calls import pages as calls_pages
from koprogo_app.modules.calls import series_pages as call_series_pages
from koprogo_app.modules.calls.models import Call
from koprogo_app.modules.closing import api as closing_api
from koprogo_app.modules.closing import pages as closing_pages
from koprogo_app.modules.demo import api as demo_api
from koprogo_app.modules.documents import api as documents_api
from koprogo_app.modules.documents import jobs as documents_jobs
from koprogo_app.modules.documents import pages as documents_pages
from koprogo_app.modules.documents import service as documents
from koprogo_app.modules.documents import tools as documents_tools
from koprogo_app.modules.expenses import api as expenses_api
from koprogo_app.modules.funds import api as funds_api
from koprogo_app.modules.funds import costs as funds_costs
from koprogo_app.modules.funds import form_pages as funds_form_pages
from koprogo_app.modules.funds import pages as funds_pages
from koprogo_app.modules.home import api as home_api
from koprogo_app.modules.home import own_pages as home_own_pages
from koprogo_app.modules.home import own_tools as home_own_tools
from koprogo_app.modules.home import pages as home_pages
from koprogo_app.modules.home import tools as home_tools
from koprogo_app.modules.imports import api as imports_api
from koprogo_app.modules.imports import pages as imports_pages
from koprogo_app.modules.integrity import api as integrity_api
from koprogo_app.modules.integrity import jobs as integrity_jobs
from koprogo_app.modules.integrity import pages as integrity_pages
from koprogo_app.modules.invoices import api as invoices_api
from koprogo_app.modules.invoices import detail_pages as invoice_pages
from koprogo_app.modules.invoices import form_pages as invoice_form_pages
from koprogo_app.modules.invoices import pages as invoices_pages
from koprogo_app.modules.invoices import sharing
from koprogo_app.modules.keys import api as keys_api
from koprogo_app.modules.keys import pages as keys_pages
from koprogo_app.modules.keys import tools as keys_tools
from koprogo_app.modules.knowledge import api as knowledge_api
from koprogo_app.modules.knowledge import jobs as knowledge_jobs
from koprogo_app.modules.knowledge import ladder
from koprogo_app.modules.knowledge import pages as knowledge_pages
from koprogo_app.modules.knowledge.articles import pages as article_pages
from koprogo_app.modules.ledger import api as ledger_api
from koprogo_app.modules.ledger import pages as ledger_pages
from koprogo_app.modules.ledger.posting import AFTER_REVERSAL, BEFORE_REVERSAL
from koprogo_app.modules.letters import api as letters_api
from koprogo_app.modules.letters import jobs as letters_jobs
from koprogo_app.modules.letters import own_pages as letter_own_pages
from koprogo_app.modules.letters import pages as letters_pages
from koprogo_app.modules.letters.service import COMPOSERS, SOURCES
from koprogo_app.modules.lots import api as lots_api
from koprogo_app.modules.lots import pages as lots_pages
from koprogo_app.modules.lots import tools as lots_tools
from koprogo_app.modules.mcp import api as mcp_api
from koprogo_app.modules.meters import api as meters_api
from koprogo_app.modules.meters import grid_pages as meter_grid_pages
from koprogo_app.modules.meters import pages as meters_pages
from koprogo_app.modules.meters import period_pages as meter_period_pages
from koprogo_app.modules.opening import api as opening_api
from koprogo_app.modules.opening import pages as opening_pages
from koprogo_app.modules.organizations import api as organizations_api
from koprogo_app.modules.organizations import pages as organizations_pages
from koprogo_app.modules.outbox import api as outbox_api
from koprogo_app.modules.outbox import jobs as outbox_jobs
from koprogo_app.modules.outbox import pages as outbox_pages
from koprogo_app.modules.owner_accounts import api as owner_accounts_api
from koprogo_app.modules.owner_accounts import pages as owner_accounts_pages
from koprogo_app.modules.owner_accounts import tools as owner_accounts_tools
from koprogo_app.modules.owners import api as owners_api
from koprogo_app.modules.owners import pages as owners_pages
from koprogo_app.modules.owners import service as owners
from koprogo_app.modules.owners import tools as owners_tools
from koprogo_app.modules.ownership import api as ownership_api
from koprogo_app.modules.ownership import pages as ownership_pages
from koprogo_app.modules.ownership import tools as ownership_tools
from koprogo_app.modules.ownership.people import pages as person_pages
from koprogo_app.modules.papers import api as papers_api
from koprogo_app.modules.papers import pages as papers_pages
from koprogo_app.modules.passages import api as passages_api
from koprogo_app.modules.passages import jobs as passages_jobs
from koprogo_app.modules.passages import pages as passages_pages
from koprogo_app.modules.payments import api as payments_api
from koprogo_app.modules.payments import pages as payments_pages
from koprogo_app.modules.payments import service as payments
from koprogo_app.modules.payments import tools as payments_tools
from koprogo_app.modules.receiving import api as receiving_api
from koprogo_app.modules.receiving import jobs as receiving_jobs
from koprogo_app.modules.receiving import pages as receiving_pages
from koprogo_app.modules.reports import api as reports_api
from koprogo_app.modules.reports import pages as reports_pages
from koprogo_app.modules.statements import api as statements_api
from koprogo_app.modules.statements import letter as statement_letter
from koprogo_app.modules.statements import own_pages as statement_own_pages
from koprogo_app.modules.statements import pages as statements_pages
from koprogo_app.modules.statements import published_pages as statement_pages
from koprogo_app.modules.statements import tools as statement_tools
from koprogo_app.modules.statements.models import Statement
from koprogo_app.modules.suppliers import api as suppliers_api
from koprogo_app.modules.suppliers import pages as suppliers_pages
from koprogo_app.modules.suppliers import service as suppliers
from koprogo_app.modules.transfers import api as transfers_api
from koprogo_app.modules.users import api as users_api
from koprogo_app.modules.users import pages as users_pages
from koprogo_app.modules.verification import api as verification_api
from koprogo_app.modules.verification import detail_pages as verification_detail_pages
from koprogo_app.modules.verification import pages as verification_pages
from koprogo_app.ui.authorize import Authorize
from koprogo_app.ui.palette import PROVIDERS
from koprogo_app.ui.root import app_options

PAGES = (  # named so that they are seen to be imported: @page registers them
    account_own_pages, account_pages, accounts_pages, archive_pages, article_pages, assistant_admin_pages, assistant_pages, audit_pages, budget_form_pages, budget_pages, budgets_pages, buildings_pages, documents_pages, funds_form_pages, funds_pages, home_own_pages, home_pages, imports_pages,
    call_form_pages, call_pages, call_series_pages, calls_pages,
    meter_grid_pages, meter_period_pages, meters_pages,
    integrity_pages, invoice_form_pages, invoice_pages, invoices_pages, receiving_pages,
    keys_pages, knowledge_pages, ledger_pages, letter_own_pages, letters_pages, lots_pages, opening_pages, organizations_pages, outbox_pages, owner_accounts_pages, owners_pages, ownership_pages, papers_pages, passages_pages,
    payments_pages,
    closing_pages, statement_own_pages, statement_pages, statements_pages,
    person_pages, reports_pages, suppliers_pages, users_pages, verification_detail_pages, verification_pages,
)  # fmt: skip
JOBS = (
    account_jobs,
    assistant_jobs,
    documents_jobs,
    integrity_jobs,
    knowledge_jobs,
    letters_jobs,
    outbox_jobs,
    passages_jobs,
    receiving_jobs,
)
ROUTERS = [  # in the order in which an address is looked up: /owners/export before /owners/{id}, what is asked for most first
    module.router
    for module in (
        buildings_api, lots_api, ownership_api, owners_api, account_api, organizations_api, users_api, keys_api, documents_api, accounts_api, ledger_api, owner_accounts_api, opening_api,
        budgets_api, expenses_api, integrity_api, invoices_api, receiving_api,
        calls_api, calls_contract, meters_api,
        statements_api, closing_api, letters_api, funds_api, payments_api, passages_api, assistant_api, knowledge_api, mcp_api, papers_api, imports_api, archive_api, transfers_api, suppliers_api, reports_api, home_api, audit_api, outbox_api, demo_api, verification_api,
    )
]  # fmt: skip
FORMS = [account_forms.forms]
ladder.WRITERS.append(assistant_health.writer)
CHECKS.append(Check("assistant", ladder.health, ladder.SILENT))
CHECKS.append(Check("jobs", jobs.health, {"worker": "unknown"}))
TOOLS += [  # the first that a question means answers it
    *ownership_tools.TOOLS, *buildings_tools.TOOLS, *lots_tools.TOOLS, *documents_tools.TOOLS, *owners_tools.TOOLS, *owner_accounts_tools.TOOLS, *home_own_tools.TOOLS, *payments_tools.TOOLS, *statement_tools.TOOLS, *keys_tools.TOOLS, *home_tools.TOOLS,
]  # fmt: skip
COMPOSERS["call"] = call_letter.compose
COMPOSERS["statement"] = statement_letter.compose
SOURCES["call"], SOURCES["statement"] = Call, Statement
BEFORE_REVERSAL.append(funds_costs.check_unpaid)
AFTER_REVERSAL += [sharing.take_back, lambda s, entry_id, _mirror_id: payments.release(s, entry_id)]
PROVIDERS += [buildings.find, owners.find_people, suppliers.find_suppliers, documents.find]


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """FastAPI's own lifespan never runs here (the API is mounted below another application): this one does."""
    async with jobs.worker():
        yield


api = build(ROUTERS, FORMS)
app = rx.App(**app_options(), api_transformer=[api, limited, edge])  # the last one is the outermost
rest = edge(limited(api))
app.add_middleware(Authorize())
app.register_lifespan_task(lifespan)
