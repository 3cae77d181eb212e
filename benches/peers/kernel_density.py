"""The density of complaints around every inspection, by numpy: what `facts` is measured beside.

    python benches/peers/kernel_density.py DATA [FIRST]    # DATA holds chicago/; FIRST: only so many inspections

Definition: sum of phi(dlat/h) phi(dlon/h) / (n h^2) over the n complaints with coordinates, of status Completed or
Open, created in [d - 90, d]; h = 0.0025 degrees; one complaint a request number. Every pair within a window is
computed, a matrix for each day; reading the files is not timed. Needs numpy.
"""

import csv
import datetime
import gzip
import pathlib
import sys
import time

import numpy

BANDWIDTH = 0.0025
WINDOW_DAYS = 90


def rows(folder, name):
    with gzip.open(folder / "chicago" / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(text):
    return datetime.date.fromisoformat(text[:10]).toordinal()


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def complaints(folder):
    """Day, latitude and longitude of each request that counts."""
    found = {}
    for row in rows(folder, "sanitation_complaints"):
        lat, lon = number(row["Latitude"]), number(row["Longitude"])
        if row["Status"] in ("Completed", "Open") and lat is not None and lon is not None:
            found[row["Service_Request_Number"]] = (day(row["Creation_Date"]), lat, lon)
    return numpy.array(list(found.values()))


def inspections(folder):
    """Day, latitude and longitude of each inspection that has a place."""
    found = []
    for row in rows(folder, "inspections"):
        lat, lon = number(row["Latitude"]), number(row["Longitude"])
        if lat is not None and lon is not None:
            found.append((day(row["Inspection_Date"]), lat, lon))
    return numpy.array(found)


def densities(places, seen):
    """One matrix for each day: its inspections by the complaints of its window."""
    seen = seen[numpy.argsort(seen[:, 0], kind="stable")]
    result = numpy.zeros(len(places))
    for today in numpy.unique(places[:, 0]):
        rows_of_day = numpy.flatnonzero(places[:, 0] == today)
        first = numpy.searchsorted(seen[:, 0], today - WINDOW_DAYS, side="left")
        window = seen[first : numpy.searchsorted(seen[:, 0], today, side="right")]
        if len(window):
            here = places[rows_of_day]
            north = (window[:, 1] - here[:, 1:2]) / BANDWIDTH
            east = (window[:, 2] - here[:, 2:3]) / BANDWIDTH
            bells = numpy.exp(-0.5 * (north * north + east * east))
            result[rows_of_day] = bells.sum(axis=1) / (2 * numpy.pi * len(window) * BANDWIDTH**2)
    return result


def main():
    folder = pathlib.Path(sys.argv[1])
    seen, places = complaints(folder), inspections(folder)
    if len(sys.argv) > 2:
        places = places[: int(sys.argv[2])]
    wall, processor = time.perf_counter(), time.process_time()
    result = densities(places, seen)
    print(
        f"{len(places)} inspections x {len(seen)} complaints: {time.perf_counter() - wall:.1f} s, "
        f"{time.process_time() - processor:.1f} s of processor; mean {result.mean():.6f}"
    )


if __name__ == "__main__":
    main()
