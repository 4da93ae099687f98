"""``python -m ledger …`` is ``scoreledger …``, where the script is not on the path."""

import sys

from ledger.commands import main

if __name__ == "__main__":
    sys.exit(main())
