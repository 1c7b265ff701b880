"""From the hand-written spec in openapi/ to everything in generated/."""
