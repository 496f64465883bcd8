"""The scenario language: read (``source``, ``load``), kept (``shelf``), matched, decided, planned."""
