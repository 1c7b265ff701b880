"""Local validation of a create body, before anything is sent or paid."""
