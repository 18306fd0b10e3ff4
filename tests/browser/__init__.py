"""Tests in real browsers, against the real server in a process of its own."""
