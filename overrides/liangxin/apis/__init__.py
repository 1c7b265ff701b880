"""One module per API: the only modules that import the generated packages."""
