"""The transcode worker: from an original in the bucket to an HLS stream beside it.

The way of a video through the modules: ``sniff`` → ``probe`` → ``admission`` → ``plan`` (with ``ladder``) → ``commands`` →
``ffmpeg`` → ``segments`` (with ``mpegts``) → ``publish`` (with ``playlists``). ``steps`` runs one task, ``worker`` claims them.
"""
