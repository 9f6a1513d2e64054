"""Public solvers on the same files, in their own environment: python -m bench.toptw_peers PEER FILE VEHICLES CPU SEED.

CPU seconds count from when the file is read; imports come before. PyVRP and OR-Tools are asked to stop by the process's
own CPU time. VROOM knows only a limit of wall time: on one thread it has no more than that of CPU; it stops by itself
when its search is over, and knows no seed.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench.toptw_files import Instance, read

Routes = list[list[int]]
# Whole numbers for those who count in them: distances in thousandths, an exact grid for tenths and hundredths.
_GRID = 1_000
# A prize of mean worth is half a shift, as the product has it.
_PRIZE_SHARE = 0.5
_HIGHEST_PRIORITY = 100


def main() -> None:
    """Print {"routes"} of one peer."""
    name, file, vehicles, seconds, seed = sys.argv[1:6]
    solve = {"pyvrp": _pyvrp, "vroom": _vroom, "ortools": _ortools}[name](int(vehicles), float(seconds), int(seed))
    instance = read(Path(file))
    routes = solve(instance, time.process_time())
    print(json.dumps({"routes": [route for route in routes if route]}))


Solve = Callable[[Instance, float], Routes]


def _legs(instance: Instance) -> list[list[int]]:
    """Distances rounded up where they lie on no grid, so that no shift is overrun."""
    return [[-int(-(d * _GRID - 1e-6) // 1) for d in row] for row in instance.distance]


def _prizes(instance: Instance) -> list[int]:
    mean = sum(instance.prize) / max(instance.tasks, 1) or 1.0
    return [round(p / mean * _PRIZE_SHARE * instance.horizon * _GRID) for p in instance.prize]


def _times(instance: Instance) -> list[tuple[int, int]]:
    return [(round(a * _GRID), int(b * _GRID + 1e-6)) for a, b in instance.window]


def _pyvrp(vehicles: int, seconds: float, seed: int) -> Solve:
    """PyVRP with its own parameters: distance cost 1, prizes of half a shift in the mean."""
    import numpy as np
    import pyvrp
    import pyvrp.search

    def solve(instance: Instance, began: float) -> Routes:
        n = instance.tasks
        legs, times, prizes = np.array(_legs(instance)), _times(instance), _prizes(instance)
        service = [round(s * _GRID) for s in instance.service]
        clients = [
            pyvrp.Client(
                i, service_duration=service[i], tw_early=times[i][0], tw_late=times[i][1], prize=prizes[i],
                required=False,
            )
            for i in range(1, n + 1)
        ]  # fmt: skip
        van = pyvrp.VehicleType(vehicles, start_depot=0, end_depot=1, tw_early=times[0][0], tw_late=times[-1][1])
        data = pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in range(n + 2)], clients, [pyvrp.Depot(0), pyvrp.Depot(n + 1)], [van],
            [legs], [legs],
        )  # fmt: skip
        result = pyvrp.solve(data, stop=lambda best_cost: time.process_time() - began >= seconds, seed=seed)
        if not result.best.is_feasible():
            return []
        return [[a.idx + 1 for a in route.schedule() if a.is_client()] for route in result.best.routes()]

    return solve


def _vroom(vehicles: int, seconds: float, seed: int) -> Solve:
    """VROOM: prizes as priorities from 1 to 100, of which it makes the sum as great as it can."""
    import numpy as np
    import vroom

    def solve(instance: Instance, began: float) -> Routes:
        n = instance.tasks
        times, most = _times(instance), max(instance.prize) or 1.0
        asked = vroom.Input()
        asked.set_durations_matrix("car", np.array(_legs(instance), dtype=np.uint32))
        shift = vroom.TimeWindow(times[0][0], times[-1][1])
        for v in range(vehicles):
            asked.add_vehicle(vroom.Vehicle(v, start=0, end=n + 1, time_window=shift))
        for i in range(1, n + 1):
            if instance.prize[i] > 0:
                asked.add_job(
                    vroom.Job(
                        i, location=i, default_service=round(instance.service[i] * _GRID),
                        priority=max(1, round(instance.prize[i] / most * _HIGHEST_PRIORITY)),
                        time_windows=[vroom.TimeWindow(*times[i])],
                    )
                )  # fmt: skip
        found = asked.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=seconds))
        routes: Routes = [[] for _ in range(vehicles)]
        for step in found.routes.to_dict("records"):
            if step["type"] == "job":
                routes[step["vehicle_id"]].append(int(step["id"]))
        return routes

    return solve


def _ortools(vehicles: int, seconds: float, seed: int) -> Solve:
    """OR-Tools' routing: each task may be dropped for its prize; parallel insertion, then guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    def solve(instance: Instance, began: float) -> Routes:
        n = instance.tasks
        legs, times, prizes = _legs(instance), _times(instance), _prizes(instance)
        service = [round(s * _GRID) for s in instance.service]
        manager = pywrapcp.RoutingIndexManager(n + 2, vehicles, [0] * vehicles, [n + 1] * vehicles)
        routing = pywrapcp.RoutingModel(manager)
        cost = routing.RegisterTransitMatrix(legs)
        spent = routing.RegisterTransitMatrix([[service[a] + leg for leg in legs[a]] for a in range(n + 2)])
        routing.SetArcCostEvaluatorOfAllVehicles(cost)
        horizon = times[-1][1]
        routing.AddDimension(spent, horizon, horizon, False, "time")
        time_of = routing.GetDimensionOrDie("time")
        for i in range(1, n + 1):
            index = manager.NodeToIndex(i)
            time_of.CumulVar(index).SetRange(times[i][0], min(times[i][1], horizon))
            routing.AddDisjunction([index], prizes[i])
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(int(seconds * 20_000))
        routing.CloseModelWithParameters(parameters)
        solver = routing.solver()
        routing.AddSearchMonitor(solver.CustomLimit(lambda: time.process_time() - began >= seconds))
        found = routing.SolveWithParameters(parameters)
        return [_followed(routing, manager, found, v) for v in range(vehicles)] if found else []

    return solve


def _followed(routing: object, manager: object, found: object, vehicle: int) -> list[int]:
    index, route = routing.Start(vehicle), []  # type: ignore[attr-defined]
    while not routing.IsEnd(index):  # type: ignore[attr-defined]
        node = manager.IndexToNode(index)  # type: ignore[attr-defined]
        if node:
            route.append(node)
        index = found.Value(routing.NextVar(index))  # type: ignore[attr-defined]
    return route
