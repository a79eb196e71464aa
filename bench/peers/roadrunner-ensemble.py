# Runs an ensemble with libRoadRunner: one compiled model, reset for each member. Reads a job as JSON, prints seconds and
# the sum of what was written down.
import json
import sys
import time

import roadrunner

job = json.load(sys.stdin)
runner = roadrunner.RoadRunner(job["sbml"])
runner.setIntegrator("cvode")
runner.integrator.relative_tolerance = job["relativeTolerance"]
runner.integrator.absolute_tolerance = job["absoluteTolerance"]
runner.timeCourseSelections = ["[%s]" % job["observed"]]
values = job["values"]


def run(members):
    total = 0.0
    for value in members:
        runner.resetAll()
        runner[job["varied"]] = value
        total += float(runner.simulate(0, job["end"], job["steps"] + 1).sum())
    return total


run(values[:20])
start = time.perf_counter()
total = run(values)
print(json.dumps({"seconds": time.perf_counter() - start, "sum": total, "version": roadrunner.__version__}))
