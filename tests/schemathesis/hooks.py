"""What Schemathesis adds to its requests to a running stack, named by `stack.env`.

Half of them name something that exists, as random ids would only ever be unknown. Each comes from one of many addresses,
as nearly everything else would meet a rate limit.
"""

import copy
import os
import random
from threading import Lock

import requests
import schemathesis
from requests.adapters import HTTPAdapter

API = os.environ["API_URL"]
ADMIN = {"authorization": f"Bearer {os.environ['ADMIN_TOKEN']}"}
ADDRESSES = [f"127.20.0.{last}" for last in range(1, 65)]
# The same requests each time.
CHANCE = random.Random(1)
LOCK = Lock()


class From(HTTPAdapter):
    """Connections from one of this machine's addresses."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


def listed(path, name):
    answer = requests.get(API + path, headers=ADMIN, timeout=30)
    answer.raise_for_status()
    return answer.json()[name]


def collect():
    """Ids of what is there, by the part of a path before them, or the name of a field."""
    published = [video["id"] for video in listed("/api/media/public?limit=50", "videos")]
    every = [video["id"] for video in listed("/api/media/videos?limit=50&isValid=any", "data")]
    videos = published + every
    comments, reactions, views = [], [], []
    for video in published[:10]:
        body = {"mediaId": video, "content": "A comment", "sessionId": "schemathesis"}
        told = requests.post(f"{API}/api/media/comments", json=body, headers=ADMIN, timeout=30)
        comments += [told.json()["comment"]["id"]] if told.ok else []
        body = {"mediaId": video, "reactionType": "love", "videoTimestamp": 0}
        told = requests.post(f"{API}/api/reactions", json=body, headers=ADMIN, timeout=30)
        reactions += [told.json()["reaction"]["id"]] if told.ok else []
        told = requests.post(f"{API}/track/view", json={"videoId": video}, timeout=30)
        views += [told.json()["viewId"]] if told.ok else []
    return {
        "videos": videos,
        "public": published,
        "media-files": every,
        "uploads": every,
        "hls": every,
        "comments": comments,
        "reactions": reactions,
        "mediaId": published,
        "videoId": published,
        "viewId": views,
    }


KNOWN = collect()
ADAPTERS = [From(address) for address in ADDRESSES]
# Its hooks are not asked for the session; each request takes an adapter.
requests.Session.get_adapter = lambda _session, url: CHANCE.choice(ADAPTERS)


def replaced(fields):
    """`fields` with some ids of what is there."""
    if not isinstance(fields, dict):
        return fields
    fields = copy.deepcopy(fields)
    for name in fields.keys() & KNOWN.keys():
        if KNOWN[name] and CHANCE.random() < 0.5:
            fields[name] = CHANCE.choice(KNOWN[name])
    if isinstance(fields.get("events"), list):
        fields["events"] = [replaced(event) for event in fields["events"]]
    return fields


@schemathesis.hook
def before_call(context, case, **kwargs):
    with LOCK:
        before = case.path.split("/{")[0].rsplit("/", 1)[-1]
        if isinstance(case.path_parameters, dict) and KNOWN.get(before) and CHANCE.random() < 0.5:
            case.path_parameters["id"] = CHANCE.choice(KNOWN[before])
        case.query, case.body = replaced(case.query), replaced(case.body)
        if case.path == "/api/media/settings" and isinstance(case.body, dict):
            # Off, the API would answer 503 to everything else.
            case.body.pop("enableMediaFeatures", None)
