"""« Portail »: what the structure decides of what families see and may do there."""
