"""`python -m yidu` is the command `yidu`."""

from yidu.command import main

if __name__ == "__main__":
    main()
