"""A citizen's messages become a report (function `store_report`).

reading/         what a Vietnamese sentence says: plates, moments, places, topics (pure)
conversation.py  the state machine, pure: (conversation, messages) -> (conversation, effects)
log.py           what is kept of a conversation: its events, and the reports as they stand (pure)
playing.py       which report each message belongs to: the log, played in its order (pure)
sessions.py      one report as it follows from the log (pure)
hearing.py       what one message tells, as findings (pure)
cues.py          turns of phrase that tell what a message is for (pure)
answers.py       a message in the light of what was asked, or is put right (pure)
telling.py       what the citizen is told after a fold (pure)
phrases.py       which sentence of the catalogue says what (pure)
checklists.py    what a report has and lacks, in a citizen's words (pure)
effects.py       what follows from messages, for the worker to carry out
acts.py          what a citizen can do in the chat
vocabulary.py    the words and payloads that citizens ask with
commands.py      what a text asks for (pure)
submissions.py   a message after Zalo's wire format is gone: the machine's input (pure)
messages.py      Zalo's event becomes a submission
replies.py       how what is to be said becomes messages (pure)
requests.py      look-ups, withdrawals, their data: what is asked for beside reporting
status.py        where a report stands, in a citizen's words (pure)
verifying.py     whether a quoted message is ours (pure)
erasure.py       a citizen has their data erased
limits.py        how much one may write before we ask for patience (pure)
worker.py        folds one citizen's pending events in one guarded commit
drafts.py        the reports that a fold changes
store.py         the collections inbox and conversations
entrance.py      the door: a task body in, a status out
"""
