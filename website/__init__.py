"""The documentation site, made of docs/ and of the generated packages: `nox -s docs`."""
