"""Records of every table, units of measure, errors."""
