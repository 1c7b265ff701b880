"""Send requests over HTTP: the only package that knows httpx."""
