"""Whether an image can be made again: what was recorded, compared with what the servers have."""
