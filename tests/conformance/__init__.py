"""Every model variant, the contract and the simulator agree."""
