"""Documents as they are sent, photographed or scanned: judged by their content, and bound into one plain PDF."""
