"""The room of mail."""
