"""``genonaut metadata``: print the prompt and settings that a file carries."""

from pathlib import Path

import click


@click.command(short_help="Print the prompt and settings that files carry.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--raw", "is_raw", is_flag=True, help="Print all embedded texts as they are.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON, one object per line.")
def metadata(files: tuple[Path, ...], *, is_raw: bool, is_json: bool) -> None:
    """Print the prompt and settings that FILE carries, whichever program wrote them.

    Reads PNG, JPEG, WebP, AVIF, GIF, MP4, WebM, FLAC, Ogg and MP3 files of ComfyUI, AUTOMATIC1111,
    Forge, SD.Next, InvokeAI, SwarmUI, Fooocus, NovelAI, Draw Things, Easy Diffusion and others. For a file that
    says nothing, a text beside it is read: fox.txt or fox.json for fox.png. Needs no running service. The exit status is 1 when a file cannot be read or carries nothing.
    """
    from genonaut.cli.metadata.printing import print_files  # noqa: PLC0415 - loads Pillow

    if not print_files(files, is_raw=is_raw, is_json=is_json):
        raise SystemExit(1)
