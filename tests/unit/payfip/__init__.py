"""PayFiP."""
