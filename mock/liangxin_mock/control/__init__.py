"""How tests and people steer a simulator: in Python, over HTTP, and on a page."""
