"""Runs a Lambda function for the benchmark, with the protocol of run-function.cjs."""

import importlib.util
import json
import os
import resource
import signal
import sys
import time
from http.client import HTTPConnection


def tell(kind, **more):
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # ru_maxrss is in kilobytes, on macOS in bytes.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    used = {"cpuMs": (usage.ru_utime + usage.ru_stime) * 1000, "peakBytes": peak}
    os.write(3, (json.dumps({"kind": kind, **used, **more}) + "\n").encode())


def stop(*_):
    tell("stopped")
    os._exit(0)


class Context:
    function_name = "bench"

    def __init__(self, event):
        self.aws_request_id = event["RequestId"]
        self.deadline = time.monotonic() + 300

    def get_remaining_time_in_millis(self):
        return int((self.deadline - time.monotonic()) * 1000)


signal.signal(signal.SIGUSR2, stop)
spec = importlib.util.spec_from_file_location("function", sys.argv[1])
function = importlib.util.module_from_spec(spec)
spec.loader.exec_module(function)
if "crhelper.utils" in sys.modules:
    # crhelper answers over HTTPS only; the benchmark's response server speaks HTTP.
    sys.modules["crhelper.utils"].HTTPSConnection = lambda host, context: HTTPConnection(host)
tell("loaded")

for line in sys.stdin:
    message = json.loads(line)
    os.environ.update(message.get("environment", {}))
    tell("accepted")
    try:
        function.handler(message["event"], Context(message["event"]))
        tell("done")
    except Exception as error:
        tell("done", error=str(error))
