"""Everything an officer does with a report.

acts.py        the views of the acts in a report
repertoire.py  the acts: the form of each, what it changes, how it is told
offers.py      which acts an officer may do, and is offered
column.py      what the column of acts shows beside a report
cases.py       the use case of every act: one commit, once, on the report that was seen
deeds.py       what each act changes beside the report, put together from these:
sources.py     what acts read, and who carries them out
handling.py    who works a report, in which unit, for how long
deciding.py    how it ends and is taken up again
writing.py     words for colleagues, for the reporter, for a superior first
relating.py    links, duplicates, parts, and blocking a reporter
drafts.py      words that are not sent yet
texts.py       canned texts, and
replies.py     the page on which they are written
entering.py    reports that came another way than through Zalo, and
contacting.py  how to reach who told them
bulk.py        one act on many reports: seen first, done, taken back
"""
