"""What is remembered and what is still to come: rows behind one interface (``base``), SQL underneath."""
