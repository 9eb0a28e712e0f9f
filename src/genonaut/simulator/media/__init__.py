"""Small real files of videos and sounds, written without a codec library.

Videos are AV1, which Pillow encodes for AVIF; sounds are sines that their formats describe in few
bytes. Players show and play them.
"""
