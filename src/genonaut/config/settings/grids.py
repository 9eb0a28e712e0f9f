"""Grids."""

from typing import Annotated

from msgspec import Meta

from genonaut.config.settings.fields import Section


class GridSettings(Section, frozen=True):
    """Limits of grids."""

    max_cells: Annotated[int, Meta(ge=1, le=5_000)] = 256
    """Cells of one grid; each is a job and counts towards ``jobs.max_waiting_per_user``."""
    max_per_user: Annotated[int, Meta(ge=1, le=100_000)] = 1_000
    """Grids of one user; deleting a grid keeps its images."""
    max_image_pixels: Annotated[int, Meta(ge=1_000_000, le=200_000_000)] = 36_000_000
    """Pixels of the exported image; composing takes 3 bytes of memory for each."""
    font_file: Annotated[str, Meta(max_length=4_096)] = ""
    """A font (.ttf, .otf, .ttc) for labels of the exported image in scripts that Pillow's own font lacks,
    tried before those of the system. Empty: only those."""
