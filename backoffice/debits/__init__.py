"""SEPA direct debits: mandates, the files for the bank, what the bank answers."""
