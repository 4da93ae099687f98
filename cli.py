"""``python cli.py …`` in a checkout is ``scoreledger …``: a shim outside the package, which no wheel holds."""

import sys

from ledger.commands import main

if __name__ == "__main__":
    sys.exit(main())
