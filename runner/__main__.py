"""What `./inv` starts: signals are heeded before anything that takes time is imported."""

from __future__ import annotations

import sys

from runner import interruption

if __name__ == "__main__":
    try:
        interruption.heed()
        from runner import program

        program.main()
    except KeyboardInterrupt:
        print("interrupted: nothing had begun; run the task again", file=sys.stderr)
        raise SystemExit(130) from None
    finally:
        interruption.ignore()
