"""What tests stand on: a real server, a real consumer, and the curl lines of documents."""
