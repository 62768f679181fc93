"""Tests of `functions.zalo`."""
