"""A commune's rules as a file: calendar, notice periods, tariffs; loaded, applied, explained."""
