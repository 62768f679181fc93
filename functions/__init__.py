"""Tin Báo's deployed code: one package for each concern, one composition root.

webhook, intake, admin, upkeep   doors that work on the record; siblings never import each other
evidence                         what a reporter sent, kept as it came (has a door too)
knowledge                        procedures and contacts: questions answered without an officer
followups                        what we owe a reporter (has a door too)
reports                          the record itself
identity, units                  who sent it, apart from the record; who works on it
zalo, cloud                      the ground: the Zalo platform; Firestore, Storage, Tasks, secrets
settings, errors, vietnam        what every part may know; the country's time and letters
wiring                           the composition root: the only place where clients are built

Imports point downwards only; import-linter keeps it so (`make lint`).
"""
