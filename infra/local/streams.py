"""DynamoDB streams for functions as AWS delivers them, in place of ministack's poller.

Ministack's calls one function at a time for all streams and queues, takes a stream for one shard, knows neither batching
windows, partial batch responses nor bisection, and forgets a stream when it stops. Here a stream has shards, each of
which calls its function in its own order while the others go on, and what a function has not seen survives a restart.

Checked with ministack 1.5.33.
"""

import time
import zlib
from threading import Timer

import ministack.services.dynamodb as dynamodb
import ministack.services.lambda_svc as functions

# In AWS a stream has about a shard for each partition of the table.
SHARDS = 4
RETRY_SECONDS = 0.5


class Shard:
    """Records that wait for a mapping's function, in their order."""

    def __init__(self):
        self.waiting = []
        # When the oldest of them was seen.
        self.since = 0.0
        self.busy = False
        # Smaller than the mapping's batch after a failure, when that may be bisected.
        self.limit = None
        self.not_before = 0.0

    def poll(self, mapping, function):
        """Calls the function when there is a batch for it. Whether there was."""
        now = time.monotonic()
        if self.busy or not self.waiting or now < self.not_before:
            return False
        size = int(mapping.get("BatchSize", 100))
        full = self.since + int(mapping.get("MaximumBatchingWindowInSeconds", 0))
        if len(self.waiting) < size and self.limit is None and now < full:
            wake_after(full - now)
            return False
        self.busy = True
        batch = self.waiting[: self.limit or size]
        functions.spawn_background(self.deliver, mapping, function, batch, thread_name="framehouse-stream")
        return True

    def deliver(self, mapping, function, batch):
        try:
            result = functions._execute_function(function, {"Records": batch})
            done = handled(mapping, result, [record["dynamodb"]["SequenceNumber"] for record in batch])
            del self.waiting[:done]
            mapping["LastProcessingResult"] = f"OK - {done} records" if done else "FAILED"
            if done == len(batch):
                self.limit = None
            else:
                functions.logger.warning("%s failed: %s", mapping["FunctionName"], str(result.get("body"))[:500])
                if mapping.get("BisectBatchOnFunctionError") and done == 0:
                    self.limit = max(len(batch) // 2, 1)
                self.not_before = time.monotonic() + RETRY_SECONDS
                wake_after(RETRY_SECONDS)
        finally:
            self.since = time.monotonic()
            self.busy = False
            functions.esm_wake.set()


class Reader:
    """How far a mapping has read its stream."""

    def __init__(self, table, position):
        self.table = table
        self.position = position
        self.shards = [Shard() for _ in range(SHARDS)]

    def read(self, mapping):
        """Brings what is new in the stream, and passes the mapping's filters, to its shard."""
        start = dynamodb.stream_start_position(self.table)
        fresh = dynamodb.stream_live_records(self.table)[max(self.position - start, 0) :]
        self.position = max(self.position, start) + len(fresh)
        for record in functions._apply_filter_criteria(fresh, mapping):
            partition = str(record["dynamodb"]["Keys"]["pk"])
            shard = self.shards[zlib.crc32(partition.encode()) % SHARDS]
            if not shard.waiting:
                shard.since = time.monotonic()
            shard.waiting.append(record)


# By mapping.
readers = {}


def poll():
    """Gives each shard that has a batch to its function. Whether there was any."""
    dispatched = False
    for account, region, mapping in functions._iter_all_esms():
        account_token = functions._request_account_id.set(account)
        region_token = functions._request_region.set(region)
        try:
            dispatched |= poll_mapping(mapping)
        finally:
            functions._request_account_id.reset(account_token)
            functions._request_region.reset(region_token)
    return dispatched


def poll_mapping(mapping):
    source = mapping.get("EventSourceArn", "")
    if ":dynamodb:" not in source or not mapping.get("Enabled", True):
        return False
    table = source.split(":table/")[1].split("/")[0]
    function, _ = functions._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if function is None or dynamodb._tables.get(table, {}).get("LatestStreamArn") != source:
        return False
    if mapping["UUID"] not in readers:
        start, end = dynamodb.stream_start_position(table), dynamodb.stream_end_position(table)
        position = functions._dynamodb_stream_positions.get(mapping["UUID"], start)
        # A position of before a restart says nothing: the stream begins anew then, with what was not read.
        readers[mapping["UUID"]] = Reader(table, position if start <= position <= end else start)
    reader = readers[mapping["UUID"]]
    reader.read(mapping)
    return any([shard.poll(mapping, function) for shard in reader.shards])


def handled(mapping, result, numbers):
    """How many of the batch's records, from its beginning, need not come again."""
    if result.get("error"):
        return 0
    answer = result.get("body")
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []) or not isinstance(answer, dict):
        return len(numbers)
    failures = [failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []]
    # A number that is not of the batch fails all of it.
    return min((numbers.index(number) if number in numbers else 0 for number in failures), default=len(numbers))


def wake_after(seconds):
    timer = Timer(seconds, functions.esm_wake.set)
    timer.daemon = True
    timer.start()


get_state = dynamodb.get_state
load_persisted_state = dynamodb.load_persisted_state


def state_with_unread_records():
    """The state to save, with what some function has not handled."""
    unread = {}
    for account, region, mapping in functions._iter_all_esms():
        if reader := readers.get(mapping["UUID"]):
            start = dynamodb.stream_start_position(reader.table, account_id=account, region=region)
            records = dynamodb.stream_live_records(reader.table, account_id=account, region=region)
            waiting = [record for shard in reader.shards for record in shard.waiting]
            unread[account, region, reader.table] = waiting + records[max(reader.position - start, 0) :]
    return {**get_state(), "unread": [[*stream, records] for stream, records in unread.items()]}


def load_state_with_unread_records(data):
    load_persisted_state(data)
    for account, region, table, records in (data or {}).get("unread", []):
        records.sort(key=lambda record: record["dynamodb"]["SequenceNumber"])
        dynamodb._stream_records.set_scoped(account, region, table, records)


def install():
    """Takes over from ministack's poller."""
    functions._poll_dynamodb_streams = poll
    dynamodb.get_state = state_with_unread_records
    dynamodb.load_persisted_state = load_state_with_unread_records
