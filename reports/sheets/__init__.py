"""Workbooks that the town hall opens and adds up."""
