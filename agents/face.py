"""The Mesa face of a row: attributes read and write its columns, methods run its stages."""

from typing import Any, ClassVar

import mesa


class Face(mesa.Agent):
    """A ``mesa.Agent`` that is one row of one structured array of the world.

    ``agent.revenue`` reads the column, ``agent.revenue = x`` writes it. A subclass may override any stage
    method in plain Python; whoever does not is carried by the compiled kernel, one row at a time.
    """

    TABLE: ClassVar[str] = ""
    _own = frozenset({"model", "unique_id", "pos", "row", "cell"})

    def __init__(self, model: Any, row: int) -> None:
        object.__setattr__(self, "row", row)
        super().__init__(model)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in Face._own:
            raise AttributeError(name)
        table = getattr(self.model.world, self.TABLE)
        if name not in table.dtype.names:
            raise AttributeError(f"{type(self).__name__} has no column '{name}'; it has {', '.join(table.dtype.names)}")
        return table[name][self.row]

    def __setattr__(self, name: str, value: Any) -> None:
        model = self.__dict__.get("model")
        if model is not None and name not in Face._own and not name.startswith("_"):
            table = getattr(model.world, self.TABLE)
            if name in table.dtype.names:
                table[name][self.row] = value
                return
        object.__setattr__(self, name, value)

    def stage(self, name: str) -> None:
        """Run the shared kernel of one stage on this row alone."""
        self.model.run_stage(name, self.row)
