"""The screen of what the portal shows and lets families do."""
