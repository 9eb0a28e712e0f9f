"""What was made: images, their thumbnails, who may see them."""
