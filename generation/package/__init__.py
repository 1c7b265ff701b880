"""From a bundle to the client package of its API."""
