"""A rulebook as a file: its words, its parts, what must agree in it, its mistakes, what two of them differ in."""
