"""A régie that lives at random: what families and agents do, one thing after the other."""
