"""Exchange accounts (com.apple.eas.account, com.apple.ews.account)."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "ex_ssl",
    "ews_ssl",
    "oauth_password",
    "signin_no_host",
    "oauth_url_unused",
    "oauth_url_https",
    "host_ignored",
    "all_services_off",
    "service_off_locked",
    "past_days",
    "username_mdm",
    "embedded_p12",
    "basic_cloud",
    "ews_sunset",
    "duplicate_with_imap",
)
