from modules.invoices.conftest import an_invoice, anna, entered, house

__all__ = ["an_invoice", "anna", "entered", "house"]
