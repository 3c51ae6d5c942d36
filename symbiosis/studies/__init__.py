"""Questions asked of datasets and of the program, one file a study."""
