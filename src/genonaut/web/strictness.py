"""Bodies are taken at their word: a number in quotes is text, not a number.

Litestar converts bodies leniently, as it must for queries and paths, which are always text.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, ValidationException


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON is checked strictly against the type the handler declares."""

    async def json(self) -> Any:  # noqa: ANN401  # whatever the JSON holds
        """Return the decoded body.

        Raises:
            ClientException: it is not JSON, or nested too deeply (400).
            ValidationException: it does not fit the declared type (422).
        """
        body = await self.body()
        field = getattr(self.route_handler, "parsed_data_field", None)
        try:
            if field is not None:
                msgspec.json.decode(body, type=field.annotation)
            return msgspec.json.decode(body)
        except msgspec.ValidationError as error:
            message, _, path = str(error).partition(" - at `$")
            extra = {"message": message, "key": path.strip("`.") or "body"}
            raise ValidationException(detail=str(error), extra=[extra]) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ClientException(detail="the body is not valid JSON") from error
