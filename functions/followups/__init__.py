"""What we owe a reporter: every message of ours to a citizen goes through here (`send_followup`).

model.py      a follow-up and its states
planner.py    what to do with one now, and how an attempt ended; pure
acts.py       violations in a citizen's words, from catalogue/acts.json; pure
sentences.py  every sentence a citizen can receive, from catalogue/sentences_{vi,en}.json
links.py      which links a message of ours may contain; pure
notices.py    the follow-ups that a report's life calls for; pure
store.py      the collection followups
sender.py     claim, send, settle
contacts.py   how to reach who told a report otherwise than through Zalo
messenger.py  carries one message to Zalo, and looks whether it arrived
entrance.py   the door: a task body in, a status out

The sentences stand here and not in intake, because an officer's outcome and the sweep's notices are
told too, and doors never import each other.
"""
