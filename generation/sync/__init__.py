"""Compare the spec with the published pages of the API, and make it follow them."""
