"""When and how tasks are polled."""
