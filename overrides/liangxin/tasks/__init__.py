"""Create tasks, wait for them, and fetch them."""
