"""What happens on a create, a query and a download, whichever API they are for."""
