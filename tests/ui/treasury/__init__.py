"""« Caisse »."""
