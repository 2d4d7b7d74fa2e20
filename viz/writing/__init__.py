"""Writing a figure: SVG, PNG and PDF, Graphviz's language, pages and slides."""
