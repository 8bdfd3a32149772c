"""Many calls in one process, as in warm.js."""

import importlib.util
import json
import resource
import sys
import time

from python_call import CONTEXT, account_of, signed_event

entry, event_file, warm_up, calls = sys.argv[1:5]
text = signed_event(event_file)
spec = importlib.util.spec_from_file_location("entry", entry)
module = importlib.util.module_from_spec(spec)
sys.modules["entry"] = module
spec.loader.exec_module(module)


def call() -> str:
    return json.dumps(module.handler(json.loads(text), CONTEXT))


for _ in range(int(warm_up)):
    call()

walls = []
cpu_at_start = time.process_time()
for _ in range(int(calls)):
    started = time.perf_counter()
    call()
    walls.append((time.perf_counter() - started) * 1_000_000)
cpu = (time.process_time() - cpu_at_start) * 1_000_000 / len(walls)
answer = json.loads(call())

walls.sort()
figures = {
    "cpu": cpu,
    "p50": walls[int(len(walls) * 0.5)],
    "p99": walls[int(len(walls) * 0.99)],
    "wall": sum(walls) / len(walls),
    "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}
print(json.dumps({"figures": figures, "status": answer["statusCode"], "body": account_of(answer)}))
