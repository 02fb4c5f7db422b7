"""From what was attended to what is owed: drafts, issue, frozen PDFs."""
