"""The one vocabulary in the middle: numbers, encodings, messages, states, words."""
