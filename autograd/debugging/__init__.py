"""Looking into a graph: where a NaN began, why there is no gradient, what takes the time."""
