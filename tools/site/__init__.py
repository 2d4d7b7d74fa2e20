"""The documentation site: `make docs` builds it from the packages, the guides and the course."""
