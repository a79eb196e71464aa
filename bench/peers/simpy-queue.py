# M/M/c in SimPy with a record of every customer. Arguments: rate, mean service, servers, customers, seed.
# Prints CPU seconds, the mean wait and the version as JSON.
import json
import random
import sys
import time

import simpy

rate, service, servers, customers, seed = (float(word) for word in sys.argv[1:6])
rng = random.Random(int(seed))
env = simpy.Environment()
staff = simpy.Resource(env, int(servers))
records = []


def customer():
    arrived = env.now
    with staff.request() as turn:
        yield turn
        begun = env.now
        yield env.timeout(rng.expovariate(1 / service))
        records.append((arrived, begun, env.now))


def door():
    for _ in range(int(customers)):
        yield env.timeout(rng.expovariate(rate))
        env.process(customer())


start = time.process_time()
env.process(door())
env.run()
seconds = time.process_time() - start
wait = sum(begun - arrived for arrived, begun, _ in records) / len(records)
print(json.dumps({"seconds": seconds, "customers": len(records), "wait": wait, "version": simpy.__version__}))
