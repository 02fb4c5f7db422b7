"""What is not paid."""
