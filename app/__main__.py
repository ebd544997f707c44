"""``python3 -m app demo|test|bench|chaos``: what the Makefile calls. Standard library alone."""

from __future__ import annotations

from app.setup.main import main

if __name__ == "__main__":
    main()
