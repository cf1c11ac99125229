"""The commands, a module each: options, what is said, and the exit status; the work is done elsewhere."""
