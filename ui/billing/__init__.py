"""The month's invoices, from the drafts to the payments."""
