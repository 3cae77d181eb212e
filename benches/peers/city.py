"""A day in a city (the format of docs/benchmarks/planner.md) by other solvers: what `dozor solve city` is measured beside.

    pip install numpy pyvroom pyvrp ortools              # in a virtual environment of its own
    python benches/peers/city.py FILE SECONDS [SOLVER…]  # dozor=PATH, vroom[=LEVEL], pyvrp, ortools

Every solver gets the same whole seconds for each way, one thread and SECONDS as its limit; what it took is its CPU
time, reading and building its model not counted. On a machine with other work give more SECONDS. VROOM and OR-Tools know districts and skills; PyVRP has no skills, so it
solves an easier problem without them. Every answer is driven again here, stop by stop.
"""

import datetime
import json
import resource
import subprocess
import sys
import time

import numpy

RADIUS_M, DETOUR, METRES_A_SECOND, PARKING = 6_371_000, 1.35, 25 / 3.6, 180


def ways(city):
    """Whole seconds between all places; the offices come after the objects."""
    spots = [(spot["lat"], spot["lon"]) for spot in city["objects"]] + city["offices"]
    lat, lon = numpy.radians(numpy.array(spots)).T
    half = numpy.sin((lat[:, None] - lat) / 2) ** 2
    half += numpy.cos(lat[:, None]) * numpy.cos(lat) * numpy.sin((lon[:, None] - lon) / 2) ** 2
    metres = 2 * RADIUS_M * numpy.arcsin(numpy.sqrt(half)) * DETOUR
    return numpy.floor(metres / METRES_A_SECOND + PARKING + 0.5).astype(numpy.int64)


def office(city, inspector):
    return len(city["objects"]) + inspector["office"]


def may(inspector, spot):
    return spot["okrug"] in inspector["okrug"] and spot["skill"] in [0, *inspector["skills"]]


def drive(city, way, routes, is_free):
    """The score of routes (indices of objects by inspector); anything unlawful ends the program."""
    score, seen = 0, set()
    for inspector, route in zip(city["inspectors"], routes):
        clock, here = inspector["start"], office(city, inspector)
        for stop in route:
            spot = city["objects"][stop]
            clock = max(clock + way[here, stop], spot["tw"][0])
            assert clock <= spot["tw"][1] and stop not in seen and (is_free or may(inspector, spot)), stop
            clock, here = clock + spot["service"], stop
            score += spot["prize"]
            seen.add(stop)
        assert not route or clock + way[here, office(city, inspector)] <= inspector["end"], inspector["id"]
    return score


def vroom(city, way, seconds, level):
    import vroom as library

    problem = library.Input()
    problem.set_durations_matrix("car", way.astype(numpy.uint32))
    for number, spot in enumerate(city["objects"]):
        # Districts are skills too, in numbers of their own.
        skills = {1000 + spot["okrug"]} | ({spot["skill"]} if spot["skill"] else set())
        problem.add_job(
            library.Job(
                number + 1,
                number,
                default_service=spot["service"],
                skills=skills,
                priority=spot["prize"],
                time_windows=[library.TimeWindow(*spot["tw"])],
            )
        )
    for number, inspector in enumerate(city["inspectors"]):
        skills = {1000 + okrug for okrug in inspector["okrug"]} | set(inspector["skills"])
        base, shift = office(city, inspector), library.TimeWindow(inspector["start"], inspector["end"])
        problem.add_vehicle(library.Vehicle(number, base, base, skills=skills, time_window=shift))
    yield
    limit = datetime.timedelta(seconds=seconds)
    steps = problem.solve(exploration_level=level, nb_threads=1, timeout=limit).routes
    routes = [[] for _ in city["inspectors"]]
    for row in steps[steps["type"] == "job"].itertuples():
        routes[int(row.vehicle_id)].append(int(row.location_index))
    yield routes


def pyvrp(city, way, seconds):
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
    from pyvrp.stop import MaxRuntime

    # Prizes weigh more than any ways: a route's ways are below a day's seconds.
    weight = 100_000
    # The offices come first there.
    count, offices = len(city["objects"]), len(city["offices"])
    order = list(range(count, count + offices)) + list(range(count))
    matrix = way[numpy.ix_(order, order)]
    numpy.fill_diagonal(matrix, 0)
    clients = [
        Client(
            offices + number,
            service_duration=spot["service"],
            tw_early=spot["tw"][0],
            tw_late=spot["tw"][1],
            prize=spot["prize"] * weight,
            required=False,
        )
        for number, spot in enumerate(city["objects"])
    ]
    crews = [
        VehicleType(
            1,
            start_depot=inspector["office"],
            end_depot=inspector["office"],
            tw_early=inspector["start"],
            tw_late=inspector["end"],
            name=str(number),
        )
        for number, inspector in enumerate(city["inspectors"])
    ]
    places = [Location(0, 0) for _ in order]
    data = ProblemData(places, clients, [Depot(number) for number in range(offices)], crews, [matrix], [matrix])
    yield
    best = solve(data, MaxRuntime(seconds), seed=1, display=False).best
    routes = [[] for _ in city["inspectors"]]
    if best.is_feasible():
        for route in best.routes():
            routes[route.vehicle_type()] = [visit.idx for visit in route.schedule() if visit.is_client()]
    yield routes


def ortools(city, way, seconds):
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    bases = [office(city, inspector) for inspector in city["inspectors"]]
    manager = pywrapcp.RoutingIndexManager(len(way), len(bases), bases, bases)
    routing = pywrapcp.RoutingModel(manager)
    service = numpy.array([spot["service"] for spot in city["objects"]] + [0] * len(city["offices"]))
    times = routing.RegisterTransitMatrix((way + service[:, None]).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(way.tolist()))
    routing.AddDimension(times, 86_400, 86_400, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for number, spot in enumerate(city["objects"]):
        index = manager.NodeToIndex(number)
        clock.CumulVar(index).SetRange(*spot["tw"])
        routing.AddDisjunction([index], spot["prize"] * 100_000)
        able = [at for at, inspector in enumerate(city["inspectors"]) if may(inspector, spot)]
        routing.VehicleVar(index).SetValues([-1, *able])
    for number, inspector in enumerate(city["inspectors"]):
        for end in (routing.Start(number), routing.End(number)):
            clock.CumulVar(end).SetRange(inspector["start"], inspector["end"])
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromSeconds(seconds)
    yield
    answer = routing.SolveWithParameters(asked)
    routes = []
    for number in range(len(bases)):
        route, index = [], routing.Start(number)
        while answer and not routing.IsEnd(index):
            if not routing.IsStart(index):
                route.append(manager.IndexToNode(index))
            index = answer.Value(routing.NextVar(index))
        routes.append(route)
    yield routes


def dozor(program, file, city, seconds):
    yield
    call = [program, "solve", "city", file, "--seconds", str(seconds), "--threads", "1", "--json"]
    answer = json.loads(subprocess.run(call, check=True, capture_output=True).stdout)
    number = {spot["id"]: at for at, spot in enumerate(city["objects"])}
    of = {route["inspector"]: [number[stop["object"]] for stop in route["stops"]] for route in answer["routes"]}
    yield [of.get(inspector["id"], []) for inspector in city["inspectors"]]


def processor_seconds():
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def main():
    file, seconds = sys.argv[1], int(sys.argv[2])
    with open(file, encoding="utf-8") as stream:
        city = json.load(stream)
    way = ways(city)
    for argument in sys.argv[3:]:
        name, _, option = argument.partition("=")
        steps = {
            "dozor": lambda: dozor(option, file, city, seconds),
            "vroom": lambda: vroom(city, way, seconds, int(option or 5)),
            "pyvrp": lambda: pyvrp(city, way, seconds),
            "ortools": lambda: ortools(city, way, seconds),
        }[name]()
        next(steps)
        before = processor_seconds()
        routes = next(steps)
        took = processor_seconds() - before
        score = drive(city, way, routes, is_free=name == "pyvrp")
        visits = sum(map(len, routes))
        print(f"{argument}: {score} with {visits} visits, {took:.1f} s of processor", flush=True)


if __name__ == "__main__":
    main()
