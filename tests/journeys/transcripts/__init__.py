"""Conversations as a citizen sees them: the citizen's lines are given, the page's are played.

script.py    what a transcript says and how it is written
officers.py  what officers do meanwhile
stage.py     a citizen, the real worker, keeper and sender, on the emulators
__main__.py  `python -m tests.journeys.transcripts` plays all of them again and writes them down
*.txt        one conversation each
"""
