"""What a command's exit status means: scripts rely on it."""

PASSED = 0
FOUND_ERRORS = 1
COULD_NOT_RUN = 2
