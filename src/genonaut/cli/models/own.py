"""A client with what each user keeps about models: notes and favourites."""

from genonaut.cli.api_client import ApiClient

_MODELS = "/api/v1/models"


class OwnModelApi(ApiClient):
    """A client with the routes of notes and favourites."""

    @classmethod
    def of(cls, api: ApiClient) -> "OwnModelApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def note(self, model_id: int, text: str) -> None:
        """Write the caller's note on a model; an empty text deletes it."""
        await self._request("PUT", f"{_MODELS}/{model_id}/note", object, body={"text": text})

    async def mark(self, model_id: int, *, is_favourite: bool) -> None:
        """Mark a model as a favourite of the caller, or remove the mark."""
        body = {"is_favourite": is_favourite}
        await self._request("PUT", f"{_MODELS}/{model_id}/favourite", object, body=body)
