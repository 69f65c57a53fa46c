"""Runs scim2-tester: what the RFCs say, with strict models of the answers."""

import os
import re

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

FAILED = {Status.ERROR, Status.CRITICAL, Status.DEVIATION}
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

http = httpx2.Client(
    base_url=os.environ["SCIM_URL"] + "/",
    headers={"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]},
)
for result in check_server(SyncSCIMClient(http)):
    status = "fail" if result.status in FAILED else "skip" if result.status == Status.SKIPPED else "pass"
    reason = IDENTIFIER.sub("ID", " ".join((result.reason or "").split()))
    name = " ".join(filter(None, [result.title, result.resource_type]))
    print(status, f"{name}: {reason}" if reason else name, reason, sep="\t")
