"""Texts of XMP packets."""

import re
from collections.abc import Iterator
from html import unescape

from genonaut.metadata.entries import Entry, decode_text

KEYWORD = "XML:com.adobe.xmp"
HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_MAX_BYTES = 64 * 1024
_CREATOR = re.compile(r'CreatorTool(?:>\s*|\s*=\s*")([^<"]{1,200})')
_DESCRIPTION = re.compile(r"<dc:description>(.{0,60000}?)</dc:description>", re.DOTALL)
_COMMENT = re.compile(r"<exif:UserComment>(.{0,60000}?)</exif:UserComment>", re.DOTALL)
_ITEM = re.compile(r"<rdf:li[^>]{0,100}>(.{0,60000}?)</rdf:li>", re.DOTALL)


def xmp_entries(packet: bytes) -> Iterator[Entry]:
    """Return creator tool, description and user comment of a packet of at most 64 KiB."""
    if len(packet) > _MAX_BYTES:
        return
    text = decode_text(packet)
    creator = _CREATOR.search(text)
    if creator:
        yield Entry("xmp", "CreatorTool", unescape(creator.group(1)).strip())
    for key, pattern in (("description", _DESCRIPTION), ("UserComment", _COMMENT)):
        found = pattern.search(text)
        item = _ITEM.search(found.group(1)) if found else None
        if item:
            yield Entry("xmp", key, unescape(item.group(1)).strip())
