"""Why a record is as it is, for people: on a terminal and as a page."""
