"""Compare recorded exchanges with the contract."""
