"""What the API server says of the objects themselves, a Job's spec and a CronJob's. One module a topic."""
