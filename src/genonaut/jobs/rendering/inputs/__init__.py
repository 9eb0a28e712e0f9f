"""Images as inputs of a claimed job: prepare their pixels and send them to the backend."""
