"""`python -m tui` is `helpterm`."""

from tui.cli import main

raise SystemExit(main())
