"""The district and its clock: world, schedule, ensemble, levers, environment, indicators and region packs."""
