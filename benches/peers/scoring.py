"""The same matrix in scikit-learn and LightGBM: time, AUC and Brier score beside those of Dozor.

Usage: python benches/peers/scoring.py FOLDER      (FOLDER as written by `scoring_speed --write FOLDER`; see docs/benchmarks)

Times are the median of five; the second figure of a time is user CPU seconds, which a busy machine does not stretch.
"""

import resource
import statistics
import sys
import time

import lightgbm
import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

REPEATS = 5
COLUMNS = 60
SCORED = 1_000_000


def read(folder, name):
    """Reads rows and labels."""
    rows = numpy.fromfile(f"{folder}/{name}.f64").reshape(-1, COLUMNS)
    return rows, numpy.fromfile(f"{folder}/{name}.labels", dtype=numpy.uint8)


def timed(body):
    """Returns median seconds, median user seconds, and the last answer."""
    walls, users, answer = [], [], None
    for _ in range(REPEATS):
        wall, user = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
        answer = body()
        walls.append(time.perf_counter() - wall)
        users.append(resource.getrusage(resource.RUSAGE_SELF).ru_utime - user)
    return statistics.median(walls), statistics.median(users), answer


def report(name, train, train_labels, test, test_labels, fit, many):
    """Fits, judges and scores one model."""
    wall, user, model = timed(lambda: fit(train, train_labels))
    promised = model.predict_proba(test)[:, 1]
    auc, brier = roc_auc_score(test_labels, promised), brier_score_loss(test_labels, promised)
    print(f"{name}: fit {wall:.3f} s ({user:.3f} s user); AUC {auc:.4f}, Brier {brier:.5f}")
    wall, user, _ = timed(lambda: model.predict_proba(many))
    print(f"{name}: score {len(many)} rows {wall:.3f} s ({user:.3f} s user)")


def main():
    folder = sys.argv[1]
    train, train_labels = read(folder, "train")
    test, test_labels = read(folder, "test")
    print(f"numpy {numpy.__version__}, scikit-learn {sklearn.__version__}, lightgbm {lightgbm.__version__}")
    print(f"{len(train)} × {COLUMNS}")
    scaler = StandardScaler().fit(train)
    standard, standard_test = scaler.transform(train), scaler.transform(test)
    times = -(-SCORED // len(test))
    many = numpy.tile(standard_test, (times, 1))
    logistic = lambda rows, labels: LogisticRegression(C=1.0, max_iter=200).fit(rows, labels)
    report("LogisticRegression", standard, train_labels, standard_test, test_labels, logistic, many)
    many = numpy.tile(test, (times, 1))
    trees = lambda rows, labels: lightgbm.LGBMClassifier(
        n_estimators=300, max_depth=3, num_leaves=8, learning_rate=0.05, deterministic=True, verbose=-1, seed=1
    ).fit(rows, labels)
    report("LightGBM, 300 trees", train, train_labels, test, test_labels, trees, many)


main()
