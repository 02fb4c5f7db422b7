"""What is not paid: reminders by days late, who is left in peace, what goes to the Treasury, what is given up."""
