"""Tax certificates: what each household paid in a year for the care of its young children."""
