"""The power goes off, the line is cut, another desk is quicker."""
