"""District Console 区域指挥台: start a face or a helper, exit with its status."""

import sys

from console.verbs import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
