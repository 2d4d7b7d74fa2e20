"""Making a graph fit for drawing: stubs, groups, loops, parts left out or taken apart."""
