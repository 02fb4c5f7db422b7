"""SEPA direct debits: mandates, what to debit, the files for the bank and its answers."""
