"""The régie's settings: who it is, what its act allows, how it debits and is paid online."""
