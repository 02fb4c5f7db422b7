"""The screen of the invoices."""
