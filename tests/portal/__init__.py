"""The family portal, page by page and wire by wire."""
