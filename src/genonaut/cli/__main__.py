"""``python -m genonaut.cli``: how ``up`` starts the API and the worker, whatever is on PATH."""

from genonaut.cli.main import main

if __name__ == "__main__":
    main()
