"""À traiter: what families ask, compared and decided."""
