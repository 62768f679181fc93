"""What the page knows by itself: it answers without an officer, and says what it is not sure of.

answers.py     an answer: a text and the buttons under it
entries.py     what is known of each procedure, from catalogue/procedures.json
procedures.py  the answer to a question about a procedure; pure
contacts.py    the emergency numbers, and how a unit is reached; pure
"""
