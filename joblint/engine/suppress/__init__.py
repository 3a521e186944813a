"""Comments and annotations that suppress findings."""
