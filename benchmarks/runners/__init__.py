"""The contenders: one small file for each, and the process that runs it."""
