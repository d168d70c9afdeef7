"""Rules about lifecycle: what becomes of the accounts on devices when a profile replaces an installed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle import (
    account_key_changed,
    description_changed,
    eas_password,
    eas_user_choices,
    encryption_dropped,
    identifier_changed,
    identifier_collision,
    lock_missing,
    mail_recreate,
    payload_id_changed,
    payload_removed,
    pop_replace,
    random_uuid,
    removal_tightened,
    scope_changed,
    server_changed,
    signed_to_unsigned,
    signer_changed,
    target_changed,
    type_changed,
    uuid_moved,
)

if TYPE_CHECKING:
    from profiler.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    identifier_changed.check,
    random_uuid.check,
    payload_id_changed.check,
    uuid_moved.check,
    account_key_changed.check,
    type_changed.check,
    mail_recreate.check,
    pop_replace.check,
    payload_removed.check,
    description_changed.check,
    signer_changed.check,
    signed_to_unsigned.check,
    encryption_dropped.check,
    eas_user_choices.check,
    eas_password.check,
    server_changed.check,
    removal_tightened.check,
    scope_changed.check,
    target_changed.check,
    identifier_collision.check,
    lock_missing.check,
)
