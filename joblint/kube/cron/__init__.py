"""Schedules and time zones, as the CronJob controller reads them."""
