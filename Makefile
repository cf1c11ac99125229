# `make fixtures` makes the records of the fixture posts again; read `git diff fixtures/records` afterwards.
NEWSINGEST ?= .venv/bin/newsingest

.PHONY: check digest fixtures
fixtures:
	$(NEWSINGEST) parse --no-progress fixtures/posts -o fixtures/records

check:
	$(NEWSINGEST) parse --no-progress fixtures/posts -o fixtures/records --check --diff

# After a change of a built-in profile, or of how profiles and patterns are read.
digest:
	$(dir $(NEWSINGEST))python -m newsingest.profiles.digest
