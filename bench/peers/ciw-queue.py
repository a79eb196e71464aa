# M/M/c in Ciw with its records. Arguments: rate, mean service, servers, customers, seed.
# Prints CPU seconds, the mean wait and the version as JSON.
import importlib.metadata
import json
import sys
import time

import ciw

rate, service, servers, customers, seed = (float(word) for word in sys.argv[1:6])
network = ciw.create_network(
    arrival_distributions=[ciw.dists.Exponential(rate)],
    service_distributions=[ciw.dists.Exponential(1 / service)],
    number_of_servers=[int(servers)],
)
ciw.seed(int(seed))
start = time.process_time()
simulation = ciw.Simulation(network)
simulation.simulate_until_max_customers(int(customers), method="Finish")
records = simulation.get_all_records()
seconds = time.process_time() - start
wait = sum(record.waiting_time for record in records) / len(records)
version = importlib.metadata.version("ciw")
print(json.dumps({"seconds": seconds, "customers": len(records), "wait": wait, "version": version}))
