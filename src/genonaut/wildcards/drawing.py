"""Draw the prompts of a submission or a preview."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.wildcards.combining import combinations
from genonaut.wildcards.service import lists_of
from genonaut.wildcards.syntax import TemplateError, check_lists, names_in, resolve

Prompts = Mapping[str, str]
"""Texts by the names of their fields."""


async def draw(
    session: AsyncSession, templates: Prompts, seeds: Sequence[int], user_id: UUID
) -> list[dict[str, str]]:
    """Return the texts of each seed, by field.

    Raises:
        InvalidInputError: names each field with wrong syntax, an unknown wildcard, one that contains
            itself, or a result that is too long or empty.
    """
    names = {name for template in templates.values() for name in names_in(template)}
    lists = await lists_of(session, names, user_id) if names else {}
    found: list[dict[str, str]] = [{} for _ in seeds]
    errors = []
    for field, template in templates.items():
        try:
            check_lists(names_in(template), lists)
            for drawn, seed in zip(found, seeds, strict=True):
                drawn[field] = resolve(template, lists, seed=seed, field=field)
        except TemplateError as error:
            errors.append(FieldError(field, str(error)))
            continue
        if field == "prompt" and template and not all(one[field].strip() for one in found):
            errors.append(
                FieldError(field, "is empty after drawing; add text that is always there")
            )
    if errors:
        raise InvalidInputError(*errors)
    return found


async def combine(
    session: AsyncSession, template: str, user_id: UUID, *, most: int
) -> tuple[list[str], bool]:
    """Return different prompts that a template draws, and whether these are all.

    Raises:
        InvalidInputError: the syntax is wrong, a wildcard is missing or contains itself, or a text is
            too long.
    """
    names = names_in(template)
    lists = await lists_of(session, names, user_id) if names else {}
    try:
        check_lists(names, lists)
        return combinations(template, lists, most=most)
    except TemplateError as error:
        raise InvalidInputError.of("prompt", str(error)) from error
