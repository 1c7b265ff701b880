"""The files behind links to results: pictures and clips, made on demand and cached."""
