"""Compares what suites found with what is expected of them, and prints a table."""

import collections
import sys


def rows(path, columns):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                yield (line.split("\t", columns - 1) + [""] * columns)[:columns]


def main(expected_path, results_path):
    expected = {(suite, check): reason for suite, check, reason in rows(expected_path, 3)}
    counts = collections.defaultdict(collections.Counter)
    failed, unexpected = set(), []
    for suite, status, check, problem in rows(results_path, 4):
        counts[suite][status] += 1
        if status == "fail":
            failed.add((suite, check))
            counts[suite]["explained"] += (suite, check) in expected
            if (suite, check) not in expected:
                unexpected.append((suite, check, problem))
    print(f"{'suite':<16}{'passed':>8}{'failed':>8}{'explained':>11}{'skipped':>9}")
    for suite, count in counts.items():
        print(f"{suite:<16}{count['pass']:>8}{count['fail']:>8}{count['explained']:>11}{count['skip']:>9}")
    stale = [e for e in expected if e[0] in counts and e not in failed]
    for suite, check, problem in unexpected:
        print(f"\nunexpected failure: {suite}: {check}\n  {problem}")
    for suite, check in stale:
        print(f"\nexpected to fail, and did not: {suite}: {check}")
    return 1 if unexpected or stale else 0


sys.exit(main(*sys.argv[1:]))
