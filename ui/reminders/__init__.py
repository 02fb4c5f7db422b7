"""« Relances »: what is unpaid, what was reminded, what goes to the Treasury, the tax certificates."""
