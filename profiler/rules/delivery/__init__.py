"""What else decides whether mail arrives and is seen: notifications, restrictions, managed domains."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "notif_unsupervised",
    "notif_bundle",
    "notif_off",
    "notif_duplicate",
    "notif_misplaced",
    "fetch_roaming",
    "mail_blocked",
    "accounts_locked",
    "install_locked",
    "restriction_deprecated",
    "domains",
    "conflicting_profiles",
)
