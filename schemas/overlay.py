def apply_overlay(s): pass
