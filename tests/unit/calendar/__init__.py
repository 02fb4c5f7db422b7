"""The commune's calendar: corrected, completed, compared."""
