"""Forms derived from workflows: which inputs of a graph people change, and how they are shown."""

from .derivation import derive_form, other_fields
from .fields import Field, FieldTarget, FieldType

__all__ = ["Field", "FieldTarget", "FieldType", "derive_form", "other_fields"]
