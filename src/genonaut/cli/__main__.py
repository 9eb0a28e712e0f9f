"""``python -m genonaut.cli``; ``genonaut up`` starts its child processes this way."""

from genonaut.cli.main import main

if __name__ == "__main__":
    main()
