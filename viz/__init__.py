"""What people see: words in two languages, tables in the terminal, charts, the app and reports."""
