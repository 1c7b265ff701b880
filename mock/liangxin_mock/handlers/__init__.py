"""How requests are handled, whichever API they are for."""
