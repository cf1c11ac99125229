"""The forms a corpus is written in: shards of JSON Lines and Parquet, a Markdown or text file a post."""
