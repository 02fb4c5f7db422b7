"""A régisseur's months played at random: whatever is done, the books hold."""
