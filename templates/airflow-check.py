"""Loads every DAG file of a folder into one real Airflow DagBag and writes down what Airflow understood.

    python airflow-check.py <folder> <result.json>

The result goes to a file, because Airflow and its plugins print. Works on Airflow 2.10, 2.11 and 3.x. The caller gives
a private AIRFLOW_HOME: nothing here needs a database.
"""
from __future__ import annotations

import json
import os
import sys
import traceback
import warnings


def main(folder, result_path):
    with warnings.catch_warnings():
        # What Airflow's own modules warn about while they are imported is not ours to report.
        warnings.simplefilter("ignore")
        import airflow

        try:
            from airflow.dag_processing.dagbag import DagBag  # Airflow 3.1 and later
        except ImportError:
            from airflow.models.dagbag import DagBag

    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        bag = DagBag(dag_folder=folder, **without_examples(DagBag))

    folder = os.path.realpath(folder)
    result = {
        "airflow": airflow.__version__,
        "importErrors": [
            {"file": os.path.basename(path), "message": message} for path, message in sorted(bag.import_errors.items())
        ],
        "warnings": [
            {"file": os.path.basename(w.filename), "line": w.lineno, "message": f"{w.category.__name__}: {w.message}"}
            for w in raised
            if os.path.realpath(w.filename).startswith(folder + os.sep)
        ],
        "dags": {dag_id: describe(dag) for dag_id, dag in sorted(bag.dags.items())},
    }
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump(result, file)


def without_examples(dag_bag):
    """The parameter is gone in some 3.x, and elsewhere wins over the configuration."""
    import inspect

    return {"include_examples": False} if "include_examples" in inspect.signature(dag_bag.__init__).parameters else {}


def describe(dag):
    return {
        "file": os.path.basename(dag.fileloc),
        "serializationError": serialization_error(dag),
        "tags": sorted(dag.tags),
        "params": {name: param_schema(dag, name) for name in sorted(dag.params)},
        "pausedUponCreation": dag.is_paused_upon_creation,
        "maxActiveRuns": dag.max_active_runs,
        "catchup": dag.catchup,
        "failureCallback": bool(dag.on_failure_callback),
        "tasks": {task.task_id: describe_task(task) for task in dag.tasks},
    }


def describe_task(task):
    return {
        "upstreams": sorted(task.upstream_task_ids),
        "resourceQueue": task.queue,
        "pool": task.pool,
        "retries": task.retries,
        "retryDelaySeconds": seconds(task.retry_delay),
        "executionTimeoutSeconds": seconds(task.execution_timeout),
        "owner": task.owner,
        "triggerRule": str(getattr(task.trigger_rule, "value", task.trigger_rule)),
        "priorityWeight": task.priority_weight,
        "failureCallback": bool(task.on_failure_callback),
    }


def seconds(delta):
    return None if delta is None else delta.total_seconds()


def param_schema(dag, name):
    param = dag.params.get_param(name) if hasattr(dag.params, "get_param") else None
    return dict(param.schema) if param is not None else None


def serialization_error(dag):
    """The scheduler knows a DAG only in its serialised form: a DAG that loads, but cannot be written, never runs."""
    try:
        try:
            from airflow.serialization.serialized_objects import DagSerialization as Serialization
        except ImportError:
            from airflow.serialization.serialized_objects import SerializedDAG as Serialization
        json.dumps(Serialization.to_dict(dag))
    except Exception:
        return traceback.format_exc(limit=0).strip()
    return None


main(*sys.argv[1:])
