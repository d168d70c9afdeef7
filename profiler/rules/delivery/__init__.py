"""What else decides whether mail arrives and is seen: notifications, restrictions, managed domains."""

from profiler.rules.delivery import (
    accounts_locked,
    conflicting_profiles,
    domains,
    fetch_roaming,
    install_locked,
    mail_blocked,
    notif_bundle,
    notif_duplicate,
    notif_misplaced,
    notif_off,
    notif_unsupervised,
    restriction_deprecated,
)

RULES = (
    notif_unsupervised.check,
    notif_bundle.check,
    notif_off.check,
    notif_duplicate.check,
    notif_misplaced.check,
    fetch_roaming.check,
    mail_blocked.check,
    accounts_locked.check,
    install_locked.check,
    restriction_deprecated.check,
    domains.check,
    conflicting_profiles.check,
)
