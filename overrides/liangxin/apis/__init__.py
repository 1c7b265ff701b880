"""What the SDK knows of each API: the only room that knows the generated packages."""
