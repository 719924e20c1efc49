"""One file a source; a leading underscore marks what several sources share."""
