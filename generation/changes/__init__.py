"""Say what a change of a spec breaks, for whom, with a body that shows it."""
