"""A file as it was written: bytes, places, values, edits."""
