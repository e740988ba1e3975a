"""The forms, the records that they hold, and what is worked out from these: totals, columns, places."""
