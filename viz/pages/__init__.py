"""The pages of the app, one file each, and the parts they share."""
