"""Bodies are taken at their word: a number in quotes is text, not a number.

Litestar converts bodies leniently, as it must for queries and paths, which are always text.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, ValidationException

from genonaut.web.objections import objections


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is checked strictly against the type the handler declares."""

    async def json(self) -> Any:  # noqa: ANN401  # whatever the JSON holds
        """Return the decoded body.

        Raises:
            ClientException: it is not JSON, or nested too deeply (400).
            ValidationException: it does not fit the declared type (422); all that is wrong is told.
        """
        body = await self.body()
        field = getattr(self.route_handler, "parsed_data_field", None)
        try:
            if field is not None:
                _require(body, field.annotation)
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ClientException(detail="the body is not valid JSON") from error


def _require(body: bytes, kind: Any) -> None:  # noqa: ANN401  # a type
    try:
        msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        wrong = objections(body, kind)
        extra = [{"message": one.message, "key": one.path or "body"} for one in wrong]
        raise ValidationException(detail=str(error), extra=extra) from error
