"""One file a stage; a stage reads what it needs, writes only its own tables, imports no stage."""
