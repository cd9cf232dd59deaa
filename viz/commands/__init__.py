"""The commands of `yidu`, a file for each question."""
