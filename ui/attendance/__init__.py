"""What was seen of the children: the day's grid and the roll call."""
