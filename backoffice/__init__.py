"""What the régie does: no Qt, no layout."""
