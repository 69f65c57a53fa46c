"""Runs the probe of scim-sanity in its strict mode."""

import json
import os
import subprocess
import sys

STATUS = {"pass": "pass", "skip": "skip", "skipped": "skip"}

probe = subprocess.run(
    [
        os.path.join(os.path.dirname(sys.executable), "scim-sanity"), "probe", os.environ["SCIM_URL"],
        "--token", os.environ["SCIM_TOKEN"], "--strict", "--json-output", "--i-accept-side-effects",
    ],
    stdout=subprocess.PIPE,
    text=True,
    check=False,  # it fails where a check fails
)
for result in json.loads(probe.stdout)["results"]:
    message = " ".join((result.get("message") or "").split())
    print(STATUS.get(result["status"], "fail"), result["name"], message, sep="\t")
