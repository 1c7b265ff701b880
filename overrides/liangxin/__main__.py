"""`python -m liangxin` is the command `liangxin`."""

import sys

from liangxin.cli import main

sys.exit(main())
