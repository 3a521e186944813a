"""Rules about how work is shared between Pods: completions, indexes, queues, policies, sidecars."""
