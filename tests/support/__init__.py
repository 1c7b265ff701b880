"""What the tests share: servers that follow a script, receivers, a browser, the spec."""
