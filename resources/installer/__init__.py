"""Setting the house up on a bare machine."""
