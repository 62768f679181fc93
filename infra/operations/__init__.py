"""What an operator runs beside Terraform.

costs.py      what 1,000 reports cost, from measured counts and a dated price file
doctor.py     is a deployed system well: `make doctor` (read-only)
checks.py     the doctor's questions, each with its verdict
google.py     Google's APIs with the operator's own token, read-only
province.py   puts units, pages and officers into the record
"""
