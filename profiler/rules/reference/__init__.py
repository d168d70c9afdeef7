"""References between payloads: certificates, per-app VPN, user data."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "cert_missing",
    "cert_not_identity",
    "cert_order",
    "vpn_missing",
    "vpn_is_payload_uuid",
    "vpn_mac",
    "identification",
    "unused_identity",
    "two_certs",
)
