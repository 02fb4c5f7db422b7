"""Money in: what a family paid, by which means, with its numbered receipt."""
