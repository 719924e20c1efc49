"""What strangers typed: masked, shown, compared."""
