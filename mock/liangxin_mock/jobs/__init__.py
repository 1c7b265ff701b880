"""Jobs and what becomes of them over time: pure, without I/O and without the JSON of any API."""
