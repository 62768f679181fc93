"""`make bench`: every benchmark, with its goal beside each figure."""

from tests.bench import operations, webhook

if __name__ == "__main__":
    operations.measure()
    print()
    webhook.measure()
