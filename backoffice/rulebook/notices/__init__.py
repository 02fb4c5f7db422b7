"""Notice periods and absences: between which instants something may be done, and what an absence costs."""
