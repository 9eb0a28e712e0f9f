"""Styles by their names, and how they change the prompts of a submission."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.presets.tables import Preset, PresetKind

_PLACE = "{prompt}"


class Style(msgspec.Struct, frozen=True):
    """Texts around prompt and negative prompt."""

    prompt: str
    negative_prompt: str

    def apply(self, body: dict[str, Any]) -> None:
        """Change the prompts of a submission as the clients do."""
        for name, template in (("prompt", self.prompt), ("negative_prompt", self.negative_prompt)):
            if template.strip():
                body[name] = _styled(body.get(name) or "", template)


def _styled(text: str, template: str) -> str:
    """Put a text into a template; one without ``{prompt}`` is added at its end."""
    if _PLACE in template:
        return template.replace(_PLACE, text)
    return f"{text}, {template}" if text.strip() else template


async def styles_of(
    session: AsyncSession, names: Collection[str], user_id: UUID
) -> dict[str, Style]:
    """Return the styles of these names; own ones come before shared ones, older before newer.

    Names of no style are left out.
    """
    query = (
        select(Preset.name, Preset.prompt, Preset.negative_prompt)
        .where(
            Preset.kind == PresetKind.STYLE,
            Preset.name.in_(names),
            Preset.deleted_at.is_(None),
            or_(Preset.user_id == user_id, Preset.is_shared),
        )
        # The last one of a name wins.
        .order_by(Preset.user_id == user_id, Preset.id.desc())
    )
    rows = await session.execute(query)
    return {name: Style(prompt, negative) for name, prompt, negative in rows}
