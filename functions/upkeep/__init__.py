"""Timed work (function `upkeep`), called every minute by Cloud Scheduler.

grants.py     keeps every page connected to Zalo, and connects it again
held.py       what was held because of its page goes out again
lineages.py   reports follow their units after a reorganisation
sweep.py      finds pending work whose wake-up was lost, and sees to it
entrance.py   the door
"""
