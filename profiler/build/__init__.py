"""From an address, a spec or a table of users to profiles: the same input gives the same bytes anywhere, any day."""
