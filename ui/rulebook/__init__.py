"""The règlement intérieur: tried on a child, compared, adopted, and weighed on last month's invoices."""
