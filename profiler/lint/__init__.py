"""Run the rules over a document, suppress, compare with a baseline, fix."""
