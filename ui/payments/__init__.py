"""The desk: money received, its receipts, a family's account, the régie's settings."""
