"""Exercises of the lessons, one file each: what is asked, its solution and its check."""
