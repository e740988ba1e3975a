"""What people start: the command line and the tasks behind it."""
