"""The results of tasks: download, check, and save them."""
