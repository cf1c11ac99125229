"""Corpora of records made earlier: converted, compared, checked, counted.

- ``convert`` writes them in another form.
- ``compare`` says what two of them differ in: ``readback`` fetches the records, ``align`` lines up their lists.
- ``check`` compares a folder with what a run would write.
- ``shape`` and ``faults`` say what is wrong inside a record, ``schema`` what its shape should be.
- ``stats`` counts, for a table (``stats_table``) or a page (``stats_page``).

``spool`` keeps standard input where it must be read twice.
"""
