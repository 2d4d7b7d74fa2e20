"""Puzzles: write the rule, fill the graph, find the wrong wire."""
