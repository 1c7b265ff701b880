"""What users are promised whatever happens: money, outages, secrets, interrupts."""
