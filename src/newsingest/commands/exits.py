"""Exit statuses, the same for every command."""

ALL_WELL, SOME_FAILED, WRONG_USAGE, STOPPED = 0, 1, 2, 3
HELD = 75  # EX_TEMPFAIL of sysexits.h: try again later
INTERRUPTED = 130
NOBODY_READS = 141  # what a shell reports for a tool that ended because its reader did
