"""Starsim's own SIR model, for its agent-steps in a second: `python -m yidu.bench.starsim_sir AGENTS STEPS`.

Run by ``yidu.bench.others`` in a process of its own; nothing of Starsim (MIT licence) is used by the product.
"""

import json
import sys
import time

import starsim as ss


def ns(agents: int, steps: int) -> float:
    """Core time of an agent's step [ns], the setting up apart: an infection passed on, recovery.

    The network is Starsim's random one as it comes: ten contacts an agent, drawn anew in every step.
    """
    sim = ss.Sim(n_agents=agents, diseases="sir", networks="random", start=0, dur=steps, dt=1, verbose=0)
    sim.init()
    begin = time.process_time_ns()
    sim.run()
    return (time.process_time_ns() - begin) / agents / int(sim.t.npts)


def main() -> None:
    """Print the time as JSON."""
    agents, steps = (int(one) for one in sys.argv[1:])
    ns(100, 2)  # what it compiles and loads on first use
    print(json.dumps({"ns": ns(agents, steps), "version": str(ss.__version__)}))


if __name__ == "__main__":
    main()
