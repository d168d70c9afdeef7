"""Secrets, certificates and trust."""

from profiler.rules.security import (
    cert_expired,
    cert_weak,
    ct_broad,
    encrypt_missing_recipient,
    leaf_pinned,
    leaf_rules,
    open_in,
    p12_no_password,
    p12_password,
    plaintext_password,
    private_key,
    removal_password,
    root_ca,
    secret_in_text,
    shared_password,
    untrusted_prompt,
)

RULES = (
    plaintext_password.check,
    p12_password.check,
    p12_no_password.check,
    private_key.check,
    removal_password.check,
    secret_in_text.check,
    shared_password.check,
    root_ca.check,
    cert_expired.check,
    cert_weak.check,
    leaf_pinned.check,
    leaf_rules.check,
    ct_broad.check,
    untrusted_prompt.check,
    open_in.check,
    encrypt_missing_recipient.check,
)
