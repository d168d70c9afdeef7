"""The file and its property list."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "unreadable",
    "binary_plist",
    "leading_bytes",
    "encoding",
    "entity",
    "doctype",
    "root_type",
    "duplicate_key",
    "ignored_markup",
    "type_mismatch",
    "real_for_integer",
    "whitespace_value",
    "empty_string",
    "placeholder",
    "mdm_variable",
    "sample_value",
    "extension",
    "unused_ignore",
)
