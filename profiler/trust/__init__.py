"""Sign, verify, encrypt and decrypt profiles."""
