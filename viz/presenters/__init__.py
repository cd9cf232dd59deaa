"""An answer in words, a file for each question: sentences, titles and grounds that every face shares."""
