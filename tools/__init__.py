"""What writes the files that are generated from the records: `make generate`."""
