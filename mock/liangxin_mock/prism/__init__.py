"""Prism, the contract mock: its Node environment, its process, its form of the bundle."""
