"""Rules about how work is divided between Pods: completions, indexes, queues, policies, sidecars."""
