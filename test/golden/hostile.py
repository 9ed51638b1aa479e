# Rendered by dkist-core; do not edit. Airflow DAG "Hostile_V1"
from __future__ import annotations

import hashlib
import json
import os
import shlex
import signal
import stat
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone

try:  # Airflow 3
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.sdk import DAG, Param
except ImportError:  # Airflow 2.10, 2.11
    from airflow import DAG
    from airflow.models.param import Param
    from airflow.operators.bash import BashOperator

WORKFLOW = "Hostile"
VERSION = "V1"
RELEASE = "hostile_V1"  # the folder under $CODE_MOUNT on every worker
OWNER = "it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh"
NODE = "/opt/it's $(id) \"node\""
# Node's own flags, by resource queue.
NODE_FLAGS = {"it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh": ["it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh", "", "--title=$(touch pwned)"]}

# What a task runs on its worker. Every value comes from the environment, or was quoted above it by run_command().
RUN_TASK = """\
if [ -z "$CODE_MOUNT" ]; then
  echo "CODE_MOUNT is not set on this worker; it names the folder that releases are deployed to" >&2; exit 78
elif [ ! -d "$CODE_MOUNT/$release" ]; then
  echo "release $release is not deployed on this worker: there is no folder $CODE_MOUNT/$release" >&2; exit 78
elif [ ! -f "$CODE_MOUNT/$release/tasks/$DKIST_TASK/run.js" ]; then
  echo "release $release on this worker has no task $DKIST_TASK: its code and this DAG are not of one build" >&2; exit 78
elif ! command -v "$node" >/dev/null; then
  echo "$node is not installed on this worker" >&2; exit 78
fi
exec "$node" "${flags[@]}" "$CODE_MOUNT/$release/tasks/$DKIST_TASK/run.js" </dev/null
"""

# A process gets at most 128 kB in one environment variable.
MAX_CONF_BYTES = 100_000

# Seconds between SIGTERM and SIGKILL. Airflow gives a task that it stops 5 s.
GRACE_SECONDS = 4


def run_command(resource_queue):
    return "\n".join(
        (
            f"release={shlex.quote(RELEASE)}",
            f"node={shlex.quote(NODE)}",
            f"flags=({shlex.join(NODE_FLAGS.get(resource_queue, []))})",
            RUN_TASK,
        )
    )


def recipe_run_id():
    """Required: a run without it, or with anything but a positive whole number, is refused when it is triggered."""
    return Param(
        type="integer",
        minimum=1,
        maximum=9007199254740991,
        title="Recipe run id",
        description="The recipe run that this DAG run works on.",
    )


class DkistTask(BashOperator):
    """Runs one Task of the release in a Node process of its own."""

    # Nothing is a Jinja template: no text of a user is rendered, and none that ends in .sh is opened as a file.
    template_fields = ()

    def __init__(self, *, queue, **options):
        super().__init__(
            queue=queue,
            bash_command=run_command(queue),
            append_env=True,
            do_xcom_push=False,
            on_failure_callback=report_failure,
            **options,
        )
        # One of its own: Airflow writes a run's value into it, and the DAG's must stay without one.
        self.params["recipe_run_id"] = recipe_run_id()

    def get_env(self, context):
        task_instance = context["task_instance"]
        env = super().get_env(context)
        env["DKIST_TASK"] = self.task_id
        env["DKIST_WORKFLOW"] = WORKFLOW
        env["DKIST_VERSION"] = VERSION
        # JSON has one kind of number: 7.0 is an integer to the parameter's schema, and 7 to the task.
        env["DKIST_RECIPE_RUN_ID"] = str(int(context["params"]["recipe_run_id"]))
        env["DKIST_DAG_RUN_CONF"] = conf_as_json(context["dag_run"].conf)
        env["DKIST_DAG_ID"] = task_instance.dag_id
        env["DKIST_RUN_ID"] = task_instance.run_id
        env["DKIST_TRY_NUMBER"] = str(task_instance.try_number)
        try:
            env["DKIST_FAILURE_REPORT"] = failure_report(task_instance)
        except (OSError, RuntimeError) as error:
            # The failure message will have to do with what Airflow knows.
            self.log.warning("This task cannot leave a failure report: %s", error)
        return env

    def on_kill(self):
        """Airflow sends SIGTERM only: a Node too busy to hear it would run on, orphaned, at full CPU."""
        process = self.subprocess_hook.sub_process
        try:
            super().on_kill()
            if process is not None:
                process.wait(timeout=GRACE_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        if process is not None:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # the whole group: the task's own children too
            except ProcessLookupError:
                pass


def conf_as_json(conf):
    try:
        text = json.dumps(conf or {}, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise never_retry(f"the DAG run's conf is not JSON: {error}") from error
    if len(text) > MAX_CONF_BYTES:
        raise never_retry(
            f"the DAG run's conf is {len(text)} bytes as JSON, but a task can be given {MAX_CONF_BYTES}: "
            "store what is large, and put into the conf where it is"
        )
    return text


def never_retry(sentence):
    try:  # Airflow 3
        from airflow.sdk.exceptions import AirflowFailException
    except ImportError:
        from airflow.exceptions import AirflowFailException
    return AirflowFailException(sentence)


def failure_report(task_instance):
    """The file in which a failing task leaves its reason for report_failure(); another one for each try."""
    folder = os.path.join(tempfile.gettempdir(), f"dkist-core-{os.getuid()}")
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass
    # The parent may be a folder that all users share: only this user may write the reason, or read it.
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise RuntimeError(f"{folder} is not a folder of this user alone")
    key = (task_instance.dag_id, task_instance.run_id, task_instance.task_id, str(task_instance.try_number))
    return os.path.join(folder, hashlib.sha256("\0".join(key).encode()).hexdigest()[:32] + ".json")


def report_failure(context):
    """After the last try: hand what Airflow knows to the release's notifier. Takes 10 s at most, and never raises."""
    facts = {}
    try:
        facts = failure_facts(context)
        if not os.environ.get("CODE_MOUNT"):
            raise RuntimeError("CODE_MOUNT is not set here")
        notifier = os.path.join(os.environ["CODE_MOUNT"], RELEASE, "notify-failure.js")
        if not os.path.isfile(notifier):
            raise RuntimeError(f"there is no {notifier} here")
        done = subprocess.run(
            [NODE, notifier],
            input=json.dumps(facts),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=10,  # Airflow stops a callback after 20 s
            check=False,
        )
        print(done.stdout)
        if done.returncode != 0:
            raise RuntimeError(f"the notifier ended with exit code {done.returncode}")
    except Exception as error:
        print(f"failure message not sent: {error}; it would have said {json.dumps(facts, default=str)}")


def failure_facts(context):
    task_instance = context.get("task_instance") or context.get("ti")
    dag_run = context.get("dag_run") or getattr(task_instance, "dag_run", None)
    started = getattr(dag_run, "start_date", None)
    error = context.get("exception")
    try:
        report = failure_report(task_instance)
    except (OSError, RuntimeError):
        report = None
    return {
        "workflowName": WORKFLOW,
        "workflowVersion": VERSION,
        "taskName": task_instance.task_id,
        "dagId": task_instance.dag_id,
        "dagRunId": task_instance.run_id,
        "dagRunStart": started and started.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "tryNumber": task_instance.try_number,
        "logUrl": getattr(task_instance, "log_url", None),
        # An exception, or a sentence of Airflow's own when the task's process is gone.
        "exception": None if error is None else {"name": error_name(error), "message": str(error)[:2000]},
        "failureReport": report,
    }


def error_name(error):
    return type(error).__name__ if isinstance(error, BaseException) else "AirflowException"


with DAG(
    dag_id="Hostile_V1",
    description="Hostile V1, from it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh",
    schedule=None,
    start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    is_paused_upon_creation=False,
    tags=["None", "V1", "]); import os #", "it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh", "run.sh"],
) as dag:
    DkistTask(
        task_id="constructor",
        owner=OWNER,
        queue="it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh",
        retries=0,
        retry_delay=timedelta(seconds=60),
        execution_timeout=None,
    )
    DkistTask(
        task_id="__proto__",
        owner=OWNER,
        queue="__proto__",
        retries=0,
        retry_delay=timedelta(seconds=60),
        execution_timeout=None,
    )
    DkistTask(
        task_id="import",
        owner=OWNER,
        queue="default",
        retries=0,
        retry_delay=timedelta(seconds=60),
        execution_timeout=None,
    )

    # upstream, downstream
    dag.set_dependency("constructor", "__proto__")
    dag.set_dependency("constructor", "import")
    dag.set_dependency("__proto__", "import")

    # After its tasks: what a DAG has already is copied three times for each of them by Airflow 3.
    dag.params["recipe_run_id"] = recipe_run_id()
