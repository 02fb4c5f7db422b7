"""What every screen is made of: tasks, tables, forms, errors."""
