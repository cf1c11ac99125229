"""The forms of a corpus, written and read: shards of JSON Lines and Parquet, Markdown and text files.

``sinks`` opens what records are written to, ``reader`` reads them again, compressed or not (``packing``).

Files: ``markdown`` with its ``escapes``, and ``plaintext``.

Shards: ``plan`` decides which posts share one, ``shard_files`` puts them in place of those that are there, as lines or
as ``parquet``. ``shards`` writes all of a corpus anew; ``growing`` keeps one up to date from run to run, with a
``ledger`` of what each shard holds and a ``journal`` of what a run did since.
"""
