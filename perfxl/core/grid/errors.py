"""The one family of errors for “could not run”. Mistakes in a form are findings, never errors."""


class PerfxlError(Exception):
    """Something could not be run or read.

    The message is one Chinese sentence for the person at the desk: what is wrong and what to do. details:
    lines to be shown below it, where one sentence cannot hold them.
    """

    details: tuple[str, ...] = ()
