"""`infra/*.tf` checked without a cloud.

terraform.py     runs the real Terraform on a copy, against stand-in providers
policies.py      what a plan must not contain
query_shapes.py  which queries the stores issue, and which index each needs
settings.py      which settings each function reads
"""
