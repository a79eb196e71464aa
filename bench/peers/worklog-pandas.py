"""Time at the screen by activity from an audit log with pandas: python worklog-pandas.py LOG"""
import json
import resource
import sys
import time

import pandas as pd

began = time.perf_counter()
activity = {
    "chart": "chart-review",
    "result": "chart-review",
    "schedule": "schedule",
    "note": "note",
    "order": "order",
    "rx": "prescription",
    "inbox": "inbox",
}
log = pd.read_csv(sys.argv[1], keep_default_na=False)
log = log.drop_duplicates()
log = log[log.action != "message.received"]
log["time"] = pd.to_datetime(log.time, format="ISO8601")
log = log.sort_values(["user", "time"], kind="stable")
log["activity"] = log.action.str.split(".").str[0].map(activity).fillna("other")
gap = log.groupby("user").time.diff(-1).dt.total_seconds().abs()
log["active"] = gap.where(gap <= 60, 5).fillna(5)
log["quarter"] = log.time.dt.floor("15min")
by = log.groupby(["user", "quarter", "activity"]).active.sum()
print(
    json.dumps(
        {
            "seconds": time.perf_counter() - began,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "version": pd.__version__,
            "active": float(by.sum() * 1000),
        }
    )
)
