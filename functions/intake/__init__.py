"""A citizen's messages become a report (function `store_report`).

reading/         what a Vietnamese sentence says: plates, moments, places, topics (pure)
conversation.py  the state machine, pure: (conversation, event) -> (conversation, effects)
submissions.py   a message after Zalo's wire format is gone: the machine's input (pure)
messages.py      Zalo's event becomes a submission
replies.py       which sentence answers what
worker.py        folds one citizen's pending events in one guarded commit
drafts.py        the reports that a fold changes
store.py         the collections inbox and conversations
entrance.py      the door: a task body in, a status out
"""
