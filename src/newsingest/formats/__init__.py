"""The forms of a corpus, written and read: shards of JSON Lines and Parquet, Markdown and text files."""
