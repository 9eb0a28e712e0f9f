"""Bodies are taken at their word: a number in quotes is text, not a number.

Litestar converts bodies leniently, as it must for queries and paths, which are always text.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, ValidationException

from genonaut.core.errors import FieldError
from genonaut.core.remains import SECOND_LOOK, Remains
from genonaut.web.errors.body_errors import Objection, objections


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
                await self._require(body, field.annotation)
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ClientException(detail="the body is not valid JSON") from error

    async def _require(self, body: bytes, kind: Any) -> None:  # noqa: ANN401  # a type
        try:
            msgspec.json.decode(body, type=kind)
        except msgspec.ValidationError as error:
            wrong = objections(body, kind)
            extra = [{"message": one.message, "key": one.path or "body"} for one in wrong]
            found = await self._look_again(body, wrong)
            extra += [{"message": one.message, "key": one.field} for one in found]
            raise ValidationException(detail=str(error), extra=extra) from error

    async def _look_again(self, body: bytes, wrong: Sequence[Objection]) -> Sequence[FieldError]:
        look = self.route_handler.opt.get(SECOND_LOOK)
        if look is None:
            return ()
        try:
            document = msgspec.json.decode(body)
        except RecursionError:  # the types looked no deeper than they reach
            return ()
        found: Sequence[FieldError] = await look(
            self.app.state.runtime, Remains(document, {one.path for one in wrong})
        )
        return found
