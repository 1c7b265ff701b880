"""Make everything in generated/ from the hand-written spec in openapi/."""
