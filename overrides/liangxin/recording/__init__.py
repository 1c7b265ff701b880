"""Record the exchanges with an API in a file, and read it."""
