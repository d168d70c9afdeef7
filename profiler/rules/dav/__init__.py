"""Calendars, contacts and directories (CalDAV, CardDAV, subscribed calendars, LDAP)."""

from profiler.rules.dav import ldap_search_base, ssl_off, subcal_ssl, username_mdm

RULES = (ssl_off.check, subcal_ssl.check, username_mdm.check, ldap_search_base.check)
