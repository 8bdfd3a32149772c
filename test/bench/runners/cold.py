"""One cold start in a fresh process, as in cold.js."""

import importlib.util
import json
import os
import resource
import sys
import time

from python_call import CONTEXT, account_of, signed_event

entry, event_file, share = sys.argv[1:4]
event = json.loads(signed_event(event_file))
spec = importlib.util.spec_from_file_location("entry", entry)

cpu_at_start = time.process_time()
started = time.perf_counter()
module = importlib.util.module_from_spec(spec)
sys.modules["entry"] = module
spec.loader.exec_module(module)
imported = time.perf_counter()
if share:
    with open(share, "w") as procs:
        procs.write(str(os.getpid()))
called = time.perf_counter()
answer = module.handler(event, CONTEXT)
answered = time.perf_counter()

init, first = (imported - started) * 1000, (answered - called) * 1000
figures = {
    "init": init,
    "first": first,
    "total": init + first,
    "cpu": (time.process_time() - cpu_at_start) * 1000,
    "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}
print(json.dumps({"figures": figures, "status": answer["statusCode"], "body": account_of(answer)}))
