"""« Relances », by real clicks."""
