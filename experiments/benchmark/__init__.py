"""The shape of what `yidu bench` answers."""
