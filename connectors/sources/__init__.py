"""One file a source, and nothing else."""
