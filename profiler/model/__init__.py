"""A profile as it is meant: payloads, accounts, targets, Apple's schema."""
