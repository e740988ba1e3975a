"""`python -m perfxl` is `perfxl`."""

from perfxl.app.cli import main

if __name__ == "__main__":
    main()
