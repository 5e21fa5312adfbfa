"""Work on results: what takes long runs in a worker process, not in a request."""
