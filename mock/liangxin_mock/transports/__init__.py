"""How requests reach a simulator: an httpx transport, an ASGI app, a server on a port."""
