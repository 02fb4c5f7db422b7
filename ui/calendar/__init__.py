"""The commune's calendar: school years, holidays, bridges, closures."""
