# `make fixtures` makes the records of the fixture posts again; read `git diff fixtures/records` afterwards.
NEWSINGEST ?= .venv/bin/newsingest

.PHONY: check fixtures
fixtures:
	$(NEWSINGEST) parse --no-progress fixtures/posts -o fixtures/records

check:
	$(NEWSINGEST) parse --no-progress fixtures/posts -o fixtures/records --check --diff
