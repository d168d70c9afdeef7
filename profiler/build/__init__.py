"""Make profiles from an address, a spec or a list of users."""
