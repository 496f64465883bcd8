"""Posts to consumers: where they may go (``egress``), how they go (``dispatch``), how many at once (``lanes``)."""
