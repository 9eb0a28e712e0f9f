"""Describe ``DecodedBody[T]`` as ``T`` in the OpenAPI document."""

from typing import Any, cast, get_origin

from litestar._openapi.schema_generation import SchemaCreator
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from genonaut.core.decoded_body import DecodedBody


class DecodedBodySchema(OpenAPISchemaPlugin):
    """Schema plugin for handlers that declare ``DecodedBody``."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:  # noqa: ANN401  # a type
        """Return whether the type is a ``DecodedBody``."""
        return get_origin(value) is DecodedBody

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        """Return the schema of the decoded type."""
        inner = field_definition.inner_types[0]
        # Also a reference, which the declared type of the base class leaves out.
        return cast("Schema", schema_creator.for_field_definition(inner))
