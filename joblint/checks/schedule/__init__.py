"""Rules about when a CronJob runs, and what one run leaves to the next."""
