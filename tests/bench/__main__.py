"""`make bench`: every benchmark, with its goal beside each figure."""

from tests.bench import inbox, operations, reading, webhook

if __name__ == "__main__":
    operations.measure()
    print()
    inbox.measure()
    print()
    reading.main()
    print()
    webhook.measure()
