"""References between payloads: certificates, per-app VPN, user data."""

from profiler.rules.reference import (
    cert_missing,
    cert_not_identity,
    cert_order,
    identification,
    two_certs,
    unused_identity,
    vpn_is_payload_uuid,
    vpn_mac,
    vpn_missing,
)

RULES = (
    cert_missing.check,
    cert_not_identity.check,
    cert_order.check,
    vpn_missing.check,
    vpn_is_payload_uuid.check,
    vpn_mac.check,
    identification.check,
    unused_identity.check,
    two_certs.check,
)
