"""Documents sent by families."""
