"""The families: their file, their fields, their invitation to the portal."""
