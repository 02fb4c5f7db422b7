"""What the law asks the portal to say, as the commune writes it."""
