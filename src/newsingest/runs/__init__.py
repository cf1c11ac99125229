"""Runs: folders walked, posts read by workers, records written, and what is remembered of it.

``run.run`` is the entry. It settles what ``planning`` finds to be unchanged and hands the rest to workers.

- Found: ``sources`` as the user names them, what the ``walk`` meets below them (``globs``, ``glance``), and for each
  post the name of its record (``names``).
- Worked on: ``work.work_stepwise`` makes the record of one post, of bytes that ``read`` gives. ``workers`` share the
  ``tasks`` out and keep the order, ``worker`` is what runs in each process, within ``limits``.
- Written: to a ``sink``, or as one ``whole_file``, by one run at a time (``lock``).
- Remembered: ``state`` of earlier runs, in a ``state_file`` with ``state_rows``, good while its ``fingerprint``
  is the same. ``history`` reads it while others write. ``books`` enter what became of each post; ``tidy`` ends a run.
- Told: the ``account`` of a run, as a ``report`` or as ``talk`` with a bar of ``progress``, timed by the ``clock``.

``settings`` are what a run may be told, and the ``doorbell`` is how it hears of signals.
"""
