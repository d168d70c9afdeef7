"""Secrets, certificates and trust."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "plaintext_password",
    "p12_password",
    "p12_no_password",
    "private_key",
    "removal_password",
    "secret_in_text",
    "shared_password",
    "root_ca",
    "cert_expired",
    "cert_weak",
    "leaf_pinned",
    "leaf_rules",
    "ct_broad",
    "untrusted_prompt",
    "open_in",
    "encrypt_missing_recipient",
)
