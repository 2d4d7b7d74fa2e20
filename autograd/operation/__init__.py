"""What an operation is, its record and rules, and how it is called."""
