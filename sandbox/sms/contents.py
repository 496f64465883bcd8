"""What people look for in a text: URLs and one-time codes."""
