"""The same 50 rules over the same columns in DuckDB, Polars and pandas, beside the kernels of Dozor.

Usage: python benches/peers/rules.py FOLDER      (FOLDER as written by `speed --write FOLDER`; see docs/benchmarks)

Each tool gets the columns in its own memory form and writes, as one result, a nullable truth value a rule and the sum of
points. Their three values are Kleene's (a missing value beside `false` is `false` in either order); scripts read from left
to right, so the counts of unknown differ a little and the work does not.
"""

import functools
import json
import statistics
import sys
import time

import duckdb
import numpy
import pandas
import polars
import pyarrow

REPEATS = 7
OPERATORS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def load(folder):
    """Reads the columns as an Arrow table."""
    with open(f"{folder}/columns.json") as file:
        listed = json.load(file)
    arrays = {}
    for column in listed["columns"]:
        code = column["code"]
        known = numpy.fromfile(f"{folder}/{code}.known", dtype=numpy.uint8) == 1
        kind = {"Boolean": numpy.uint8, "Float": numpy.float64, "Integer": numpy.int64}.get(column["type"], numpy.uint8)
        values = numpy.fromfile(f"{folder}/{code}.values", dtype=kind)
        if column["type"] == "Boolean":
            values = values == 1
        if column["type"] in ("Text", "Codes"):
            values = numpy.array(listed["kinds"])[values]
        arrays[code] = pyarrow.array(values, mask=~known)
    return pyarrow.table(arrays)


def sql(node):
    """Writes a node in SQL."""
    if isinstance(node, bool):
        return "TRUE" if node else "FALSE"
    if isinstance(node, (int, float)):
        return repr(node)
    word, *parts = node
    if word == "fact":
        return f'"{parts[0]}"'
    if word == "text":
        return f"'{parts[0]}'"
    if word == "known":
        return f'("{parts[0]}" IS NOT NULL)'
    written = [sql(part) for part in parts]
    if word == "not":
        return f"(NOT {written[0]})"
    if word in ("and", "or"):
        return "(" + f" {word.upper()} ".join(written) + ")"
    if word == "if":
        return "(CASE WHEN {} THEN {} WHEN NOT ({}) THEN {} END)".format(written[0], written[1], written[0], written[2])
    if word in ("max", "min"):
        missing = " OR ".join(f"{part} IS NULL" for part in written)
        name = "GREATEST" if word == "max" else "LEAST"
        return f"(CASE WHEN {missing} THEN NULL ELSE {name}({', '.join(written)}) END)"
    word = {"==": "=", "!=": "<>"}.get(word, word)
    return f"({written[0]} {word} {written[1]})"


def expression(node):
    """Builds a Polars expression."""
    if isinstance(node, (bool, int, float)):
        return polars.lit(node)
    word, *parts = node
    if word == "fact":
        return polars.col(parts[0])
    if word == "text":
        return polars.lit(parts[0])
    if word == "known":
        return polars.col(parts[0]).is_not_null()
    built = [expression(part) for part in parts]
    if word == "not":
        return ~built[0]
    if word == "and":
        return functools.reduce(lambda left, right: left & right, built)
    if word == "or":
        return functools.reduce(lambda left, right: left | right, built)
    if word == "if":
        return polars.when(built[0]).then(built[1]).when(~built[0]).then(built[2])
    if word in ("max", "min"):
        plain = polars.max_horizontal(*built) if word == "max" else polars.min_horizontal(*built)
        known = functools.reduce(lambda left, right: left & right, [part.is_not_null() for part in built])
        return polars.when(known).then(plain)
    if word in OPERATORS:
        return getattr(built[0], OPERATORS[word])(built[1])
    return {"+": built[0] + built[1], "-": built[0] - built[1], "*": built[0] * built[1]}[word]


def series(node, frame):
    """Computes a node in pandas; nullable types follow Kleene."""
    if isinstance(node, (bool, int, float)):
        return node
    word, *parts = node
    if word == "fact":
        return frame[parts[0]]
    if word == "text":
        return parts[0]
    if word == "known":
        return frame[parts[0]].notna().astype("boolean")
    done = [series(part, frame) for part in parts]
    if word == "not":
        return ~done[0]
    if word == "and":
        return functools.reduce(lambda left, right: left & right, done)
    if word == "or":
        return functools.reduce(lambda left, right: left | right, done)
    if word == "if":
        kind = "boolean" if isinstance(parts[1], bool) or isinstance(parts[2], bool) else "Float64"
        then = pandas.Series(done[1], index=frame.index, dtype=kind) if not isinstance(done[1], pandas.Series) else done[1]
        chosen = then.where(done[0].fillna(False), done[2])
        return chosen.mask(done[0].isna())
    if word in ("max", "min"):
        left, right = done if isinstance(done[0], pandas.Series) else reversed(done)
        keep = left >= right if word == "max" else left <= right
        return left.where(keep.fillna(True), right)
    if word in OPERATORS:
        if not isinstance(done[0], pandas.Series):
            flipped = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(word, word)
            return getattr(done[1], OPERATORS[flipped])(done[0])
        return getattr(done[0], OPERATORS[word])(done[1])
    return {"+": lambda: done[0] + done[1], "-": lambda: done[0] - done[1], "*": lambda: done[0] * done[1]}[word]()


def measure(title, body):
    body()
    seconds, processor = [], time.process_time()
    for _ in range(REPEATS):
        started = time.perf_counter()
        body()
        seconds.append(time.perf_counter() - started)
    processor = (time.process_time() - processor) / REPEATS
    print(
        f"{title}: median {statistics.median(seconds):.4f} s, least {min(seconds):.4f} s, "
        f"of the processor {processor:.4f} s"
    )


def main():
    folder = sys.argv[1]
    table = load(folder)
    with open(f"{folder}/rules.json") as file:
        rules = json.load(file)
    print(f"objects {table.num_rows}, rules {len(rules)}")
    kinds = lambda rule: rule["kinds"]

    connection = duckdb.connect()
    connection.register("columns", table)
    connection.execute("CREATE TABLE facts AS SELECT * FROM columns")
    fired = []
    for rule in rules:
        condition = sql(rule["fired"])
        if kinds(rule):
            listed = ", ".join(f"'{kind}'" for kind in kinds(rule))
            condition = f"(CASE WHEN object_kind IN ({listed}) THEN {condition} ELSE FALSE END)"
        fired.append(f'{condition} AS "{rule["id"]}"')
    total = " + ".join(
        f'CASE WHEN "{rule["id"]}" THEN {sql(rule["points"])} ELSE 0 END' for rule in rules if rule["counts"]
    )
    statement = f"CREATE OR REPLACE TABLE answers AS SELECT *, {total} AS total FROM (SELECT *, {', '.join(fired)} FROM facts)"
    names = ", ".join(f'"{rule["id"]}"' for rule in rules)
    statement = statement.replace("SELECT *, " + total, f"SELECT {names}, {total}", 1)

    def by_duckdb():
        connection.execute(statement)

    measure("DuckDB", by_duckdb)
    count = " + ".join(f'count(*) FILTER ("{rule["id"]}")' for rule in rules)
    print("  fired", connection.execute(f"SELECT {count} FROM answers").fetchone()[0])

    frame = polars.from_arrow(table)
    conditions = []
    for rule in rules:
        condition = expression(rule["fired"])
        if kinds(rule):
            condition = polars.when(polars.col("object_kind").is_in(kinds(rule))).then(condition).otherwise(False)
        conditions.append(condition.alias(rule["id"]))
    sums = [
        polars.when(polars.col(rule["id"])).then(expression(rule["points"])).otherwise(0.0)
        for rule in rules
        if rule["counts"]
    ]

    def by_polars():
        lazy = frame.lazy().with_columns(conditions).with_columns(functools.reduce(lambda a, b: a + b, sums).alias("total"))
        answers = lazy.select([rule["id"] for rule in rules] + ["total"]).collect()
        return answers.height

    measure("Polars", by_polars)

    plain = table.to_pandas(types_mapper={
        pyarrow.bool_(): pandas.BooleanDtype(), pyarrow.int64(): pandas.Int64Dtype(), pyarrow.float64(): pandas.Float64Dtype(),
    }.get)
    plain["object_kind"] = plain["object_kind"].astype("category")

    def by_pandas():
        answers, total = {}, numpy.zeros(len(plain))
        for rule in rules:
            condition = series(rule["fired"], plain)
            if kinds(rule):
                condition = condition.where(plain["object_kind"].isin(kinds(rule)), False)
            answers[rule["id"]] = condition
            if rule["counts"]:
                points = series(rule["points"], plain)
                points = points.fillna(0.0).to_numpy(float) if isinstance(points, pandas.Series) else points
                total += condition.fillna(False).to_numpy(bool) * points
        return pandas.DataFrame(answers).shape[0]

    measure("pandas", by_pandas)


if __name__ == "__main__":
    main()
