"""Files of a roster: the roster itself, the workbooks that are handed out, and 下发清单."""
