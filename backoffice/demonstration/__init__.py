"""The demonstration commune: plausible, deterministic, plainly fictitious, and always of today."""
