"""Make the client package of an API from its bundle."""
