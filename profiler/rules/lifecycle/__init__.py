"""Rules about lifecycle: what becomes of the accounts on devices when a profile replaces an installed one."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "identifier_changed",
    "random_uuid",
    "payload_id_changed",
    "uuid_moved",
    "account_key_changed",
    "type_changed",
    "mail_recreate",
    "pop_replace",
    "payload_removed",
    "description_changed",
    "signer_changed",
    "signed_to_unsigned",
    "encryption_dropped",
    "eas_user_choices",
    "eas_password",
    "server_changed",
    "removal_tightened",
    "scope_changed",
    "target_changed",
    "identifier_collision",
    "lock_missing",
)
