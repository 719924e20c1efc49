"""One folder a maker: which files, read with places, edited, read back."""
