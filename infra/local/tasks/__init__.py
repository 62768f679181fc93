"""Cloud Tasks on one machine: what the official client speaks to when nothing may leave it.

    python -m infra.local.tasks --grpc-port 8091 --http-port 8092 --data tasks.sqlite ...

messages     the client's protobuf messages, names of queues and tasks, times
schedule     backoff, retry limits, token bucket: pure
queues       defaults and limits of a queue; queues.json
admission    which CreateTask is taken
store        one SQLite file: a task leaves it only when done, deleted or expired
world        the simulator's clock and faults
identity     OIDC tokens of service accounts
delivery     one attempt: what the worker receives, what became of it
exchange     one HTTP request and its answer
dispatcher   which task is attempted when
scheduler    Cloud Scheduler's stand-in
service      the RPCs of google.cloud.tasks.v2.CloudTasks, and GetOperation
batches      BatchCreateTasks and BatchDeleteTasks
rest         CreateTask over HTTP and JSON
page         what waits and what failed, over HTTP
server       both ports, start and end

What is promised is what Cloud Tasks promises: delivery at least once, no order, a task kept through
`kill -9` until its worker answers 2xx. Addresses are 127.0.0.1 only. Due times, backoff, tombstones
and tokens follow the simulator's clock; rates and dispatch deadlines are real seconds, because
workers do not get faster when that clock is moved.

Known differences from the real service:

- HTTP targets only: App Engine targets, OAuth tokens and list filters are UNIMPLEMENTED; so are IAM
  policies, encryption keys and locations. Of the REST interface only CreateTask is there, on the
  HTTP port; `tasks:buffer` is not.
- Anybody may call. The account named for an OIDC token is not checked; tokens are signed with our
  own key.
- A used name is refused for one fixed time (an hour unless told otherwise; in the cloud up to 24
  hours). The name of a deleted queue is free at once (in the cloud blocked for days), and with the
  queue go the names of its tasks.
- A limit left open (`max_attempts` -1, `max_retry_duration` 0) sets no limit of its own: the other
  one alone decides, and without either the task's 31 days do.
- The burst size is `max_dispatches_per_second`, rounded up. The defaults of a queue made without
  settings are 500/s, 1,000 at a time, 100 attempts, 0.1 s to 3,600 s in 16 doublings.
- 429 and 503 empty the queue's bucket and halve its rate, down to an eighth; each success doubles
  it again. A high rate of other errors does not, nor is there a slow start of a cold queue.
  Retry-After is read in seconds only, up to an hour.
- Redirects count as failed attempts. Batches are done when the call returns, so their operations
  are too.
- `X-CloudTasks-TaskExecutionCount` leaves out answers of 5xx, as documented.
"""
