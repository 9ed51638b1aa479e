"""Runs DAGs one after another in one real Airflow process, because its import alone takes seconds.

    python airflow-driver.py <spec.json> <result.json>

spec: {"runs": [{"dagId", "conf": JSON text, "env": {name: value or null}, "log": path}]}
result: [{"state", "tasks": {task id: {"state", "tries"}}, "error": text or null}]

Each run's output, whoever writes it, goes to its own log file.
"""
from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version

AIRFLOW_3 = version("apache-airflow").startswith("3.")


def main(spec_path, result_path):
    with open(spec_path, encoding="utf-8") as file:
        spec = json.load(file)
    bag = load_dags()
    keep_timeouts_in_their_task()
    results = [in_its_own_world(run, bag) for run in spec["runs"]]
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump(results, file)


def load_dags():
    import inspect

    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models.dagbag import DagBag
    few = {"include_examples": False} if "include_examples" in inspect.signature(DagBag.__init__).parameters else {}
    bag = DagBag(dag_folder=os.environ["AIRFLOW__CORE__DAGS_FOLDER"], **few)
    if bag.import_errors:
        sys.exit("\n".join(bag.import_errors.values()))
    return bag


def keep_timeouts_in_their_task():
    """In 2.x a timeout is a BaseException that dag.test() lets out; it would end a task's own process, not the run."""
    import airflow.models.dag as module
    from airflow.exceptions import AirflowTaskTimeout

    run_task = getattr(module, "_run_task", None)
    if run_task is None:
        return

    def run_task_to_its_end(**parameters):
        try:
            run_task(**parameters)
        except AirflowTaskTimeout as error:
            raise RuntimeError("the task timed out") from error

    module._run_task = run_task_to_its_end


def in_its_own_world(run, bag):
    kept_env = dict(os.environ)
    for name, value in run["env"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    log = os.open(run["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        return run_dag(bag, bag.dags[run["dagId"]], json.loads(run["conf"]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, original in zip((1, 2), kept):
            os.dup2(original, number)
            os.close(original)
        os.close(log)
        os.environ.clear()
        os.environ.update(kept_env)


def run_dag(bag, dag, conf):
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session

    calls_dag_back = AIRFLOW_3 and dag.has_on_failure_callback
    try:
        if calls_dag_back:
            # dag.test() would check the parameters against a copy of the DAG that has lost the run's conf.
            dag.has_on_failure_callback = False
        run_id = dag.test(run_conf=conf).run_id
    except Exception as error:
        # Refused before there was a run, e.g. for its parameters.
        return {"state": None, "tasks": {}, "error": f"{type(error).__name__}: {error}"}
    finally:
        if calls_dag_back:
            dag.has_on_failure_callback = True
    from airflow.models.dagrun import DagRun

    with create_session() as session:
        of_run = {"dag_id": dag.dag_id, "run_id": run_id}
        tasks = {
            ti.task_id: {"state": word(ti.state), "tries": ti.try_number}
            for ti in session.query(TaskInstance).filter_by(**of_run)
        }
        dag_run = session.query(DagRun).filter_by(**of_run).one()
        state = word(dag_run.state)
        if calls_dag_back and state == "failed":
            call_dag_back(bag, dag, dag_run, session)
    return {"state": state, "tasks": tasks, "error": None}


def call_dag_back(bag, dag, dag_run, session):
    """As in 3.x: the scheduler writes a request down, the DAG processor reads it and calls the DAG's callback."""
    import structlog
    from airflow.callbacks.callback_requests import DagCallbackRequest
    from airflow.dag_processing.processor import _execute_dag_callbacks

    failed = [ti for ti in dag_run.get_task_instances(session=session) if word(ti.state) == "failed"]
    request = dag_run.produce_dag_callback(
        dag=dag, success=False, relevant_ti=failed[-1], reason="task_failure", execute=False
    )
    _execute_dag_callbacks(bag, DagCallbackRequest.model_validate_json(request.model_dump_json()), structlog.get_logger())


def word(state):
    """A state is an enum, a str, or both, as the Airflow goes."""
    return None if state is None else str(getattr(state, "value", state))


main(*sys.argv[1:])
