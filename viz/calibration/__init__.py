"""What a calibration found out about itself: on a page, as pictures and tables, in a terminal."""
