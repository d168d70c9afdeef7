"""The file and its property list."""

from profiler.rules.document import (
    binary_plist,
    doctype,
    duplicate_key,
    empty_string,
    encoding,
    entity,
    extension,
    ignored_markup,
    leading_bytes,
    mdm_variable,
    placeholder,
    real_for_integer,
    root_type,
    sample_value,
    type_mismatch,
    unreadable,
    unused_ignore,
    whitespace_value,
)

RULES = (
    unreadable.check,
    binary_plist.check,
    leading_bytes.check,
    encoding.check,
    entity.check,
    doctype.check,
    root_type.check,
    duplicate_key.check,
    ignored_markup.check,
    type_mismatch.check,
    real_for_integer.check,
    whitespace_value.check,
    empty_string.check,
    placeholder.check,
    mdm_variable.check,
    sample_value.check,
    extension.check,
    unused_ignore.check,  # the linter itself reports it, after the others
)
