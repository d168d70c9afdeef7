"""Exchange accounts (com.apple.eas.account, com.apple.ews.account)."""

from profiler.rules.exchange import (
    all_services_off,
    basic_cloud,
    duplicate_with_imap,
    embedded_p12,
    ews_ssl,
    ews_sunset,
    ex_ssl,
    host_ignored,
    oauth_password,
    oauth_url_https,
    oauth_url_unused,
    past_days,
    service_off_locked,
    signin_no_host,
    username_mdm,
)

RULES = (
    ex_ssl.check,
    ews_ssl.check,
    oauth_password.check,
    signin_no_host.check,
    oauth_url_unused.check,
    oauth_url_https.check,
    host_ignored.check,
    all_services_off.check,
    service_off_locked.check,
    past_days.check,
    username_mdm.check,
    embedded_p12.check,
    basic_cloud.check,
    ews_sunset.check,
    duplicate_with_imap.check,
)
