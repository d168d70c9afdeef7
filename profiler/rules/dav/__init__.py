"""Calendars, contacts and directories (CalDAV, CardDAV, subscribed calendars, LDAP)."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "ssl_off",
    "subcal_ssl",
    "username_mdm",
    "ldap_search_base",
)
