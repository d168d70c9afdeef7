"""Mail providers: their servers, sign-in, switches and ends, as the database knows them."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "host",
    "port_tls",
    "username",
    "app_password",
    "basic_auth_off",
    "native_payload",
    "no_payload_oauth",
    "imap_disabled",
    "pop_absent",
    "desktop_only",
    "retiring",
    "legacy_host",
    "region_host",
    "prefix",
    "no_push",
    "typo_domain",
    "unknown",
)
