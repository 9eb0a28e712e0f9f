"""Decode JSON bodies strictly: a number in quotes is text, not a number.

Litestar converts bodies leniently, as it must for queries and paths, which are always text.
"""

from collections.abc import Collection, Sequence
from typing import Any, get_args, get_origin

import msgspec
from litestar import Request
from litestar.exceptions import (
    ClientException,
    InternalServerException,
    ValidationException,
)
from msgspec import UNSET

from genonaut.core.body_errors import find_body_errors
from genonaut.core.decoded_body import CheckedBody, DecodedBody, PartialDocument
from genonaut.core.errors import FieldError
from genonaut.core.validation_messages import user_message

_BODY_ERRORS = "body_errors"


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body must fit the declared type of the handler's ``data``."""

    async def body(self) -> bytes:
        """Return the body.

        Raises:
            ClientException: the client disconnected before it had sent the whole body (400).
        """
        try:
            return await super().body()
        except InternalServerException as error:  # Litestar's error for that, which is no crash
            raise ClientException(detail="the body is incomplete") from error

    async def json(self) -> Any:  # noqa: ANN401  # whatever the JSON holds
        """Return the decoded body; a ``DecodedBody`` if the handler declares that.

        Raises:
            ClientException: it is not JSON, or nested too deeply (400).
            ValidationException: it does not fit the declared type (422); lists all errors.
        """
        body = await self.body()
        field = getattr(self.route_handler, "parsed_data_field", None)
        kind = None if field is None else field.annotation
        try:
            if get_origin(kind) is DecodedBody:
                return self._decoded(body, get_args(kind)[0])
            if kind is not None:
                _require(body, kind)
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ClientException(detail="the body is not valid JSON") from error

    def _decoded(self, body: bytes, kind: Any) -> DecodedBody[Any]:  # noqa: ANN401  # a type
        try:
            value = msgspec.json.decode(body, type=kind)
            errors = list(value.errors()) if isinstance(value, CheckedBody) else []
            if not errors:
                return DecodedBody(value)
            wrong_paths = {error.field for error in errors}
        except msgspec.ValidationError:
            wrong = find_body_errors(body, kind)
            errors = [FieldError(*user_message(one.path or "body", one.message)) for one in wrong]
            wrong_paths = {one.path for one in wrong}
        self.scope["state"][_BODY_ERRORS] = errors
        return DecodedBody(None, errors, _document(body, wrong_paths))


def body_errors(request: Request[Any, Any, Any]) -> Sequence[FieldError]:
    """Return the errors of a body that was passed on as ``DecodedBody``."""
    errors: Sequence[FieldError] = request.scope["state"].get(_BODY_ERRORS, ())
    return errors


def _require(body: bytes, kind: Any) -> None:  # noqa: ANN401  # a type
    try:
        msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        wrong = find_body_errors(body, kind)
        extra = [{"message": one.message, "key": one.path or "body"} for one in wrong]
        raise ValidationException(detail=str(error), extra=extra) from error


def _document(body: bytes, wrong_paths: Collection[str]) -> PartialDocument:
    try:
        document = msgspec.json.decode(body)
    except RecursionError:  # decoding by type stops at the depth of the type
        document = UNSET
    return PartialDocument(document, wrong_paths)
