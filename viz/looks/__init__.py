"""How things look: the figure model, the styles, and the drawing of nodes, numbers and steps."""
