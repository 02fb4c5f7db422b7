"""The desktop: what the staff sees and touches."""
