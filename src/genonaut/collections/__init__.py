"""Collections of items: boards, smart collections, members, links, downloads."""
