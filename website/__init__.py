"""Build the documentation site from docs/ and the generated packages: `nox -s docs`."""
