"""Questions put to real servers."""
