"""What a profile is wrapped in: signatures and encryption."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "missing",
    "broken",
    "detached",
    "wrapper",
    "nested",
    "multiple_signers",
    "chain_incomplete",
    "self_signed",
    "expired",
    "expires_soon",
    "short_lived",
    "sig_weak",
    "signed_for_mdm",
    "not_enveloped",
    "enc_weak",
    "many_recipients",
    "inner_dict",
)
