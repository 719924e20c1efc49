"""What sources share: reading lines, columns, values, SQL and windows of ids."""
