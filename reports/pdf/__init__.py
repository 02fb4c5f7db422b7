"""Paper: invoices for families, roll calls for those who keep the children."""
