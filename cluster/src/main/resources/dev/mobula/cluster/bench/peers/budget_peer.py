"""OR-Tools' simplex on the linear programme of a day's messages, driven by `./mobula bench budget --peer ortools`.

Started with a file of one problem, prints {"value", "seconds", "version"}: the exact optimum, and the solver's own time
without building the model.
"""

import json
import sys
import time

import ortools
from ortools.linear_solver import pywraplp


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    infinity = solver.infinity()
    rows = [solver.Constraint(-infinity, budget) for budget in problem["budget"]]
    objective = solver.Objective()
    objective.SetMaximization()
    first_option, first_use = problem["firstOption"], problem["firstUse"]
    for person in range(len(first_option) - 1):
        once = solver.Constraint(-infinity, 1)
        for option in range(first_option[person], first_option[person + 1]):
            share = solver.NumVar(0, infinity, "")
            objective.SetCoefficient(share, problem["value"][option])
            once.SetCoefficient(share, 1)
            for use in range(first_use[option], first_use[option + 1]):
                rows[problem["row"][use]].SetCoefficient(share, problem["amount"][use])
    start = time.perf_counter()
    status = solver.Solve()
    seconds = time.perf_counter() - start
    if status != pywraplp.Solver.OPTIMAL:
        sys.exit(f"OR-Tools says {status}")
    print(json.dumps({"value": objective.Value(), "seconds": seconds, "version": ortools.__version__}), flush=True)


if __name__ == "__main__":
    main()
