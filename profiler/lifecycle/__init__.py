"""What a device does when a profile replaces another, and how to change one in place."""
