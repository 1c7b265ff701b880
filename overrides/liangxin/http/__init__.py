"""Send requests over HTTP: the only room that knows httpx."""
