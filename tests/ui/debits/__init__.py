"""The screen of the direct debits."""
