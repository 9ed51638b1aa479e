"""How long Airflow's DagBag takes to parse files: `parse.py ROUNDS NAME=FOLDER...` prints {name: [seconds, ...]}.

Each parse is made in a process of its own, forked when Airflow is loaded, as a scheduler's DAG processor does it; the
folders take turns. With `--stub-original`, what the original's files import of their core is a function that does nothing:
it cannot be installed beside this Airflow.
"""
import json
import os
import sys
import time
import types


def main() -> None:
    arguments = sys.argv[1:]
    if arguments[0] == "--stub-original":
        stub_original()
        arguments = arguments[1:]
    rounds = int(arguments[0])
    folders = dict(argument.split("=", 1) for argument in arguments[1:])
    dag_bag = load_dag_bag()
    seconds = {name: [] for name in folders}
    for turn in range(-1, rounds):  # the first is not counted: it compiles and reads what all the others find ready
        for name, folder in folders.items():
            took = in_child(dag_bag, folder)
            if turn >= 0:
                seconds[name].append(took)
    print(json.dumps(seconds))


def load_dag_bag():
    try:  # Airflow 3
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models.dagbag import DagBag
    # What a DAG processor has loaded before it forks.
    try:
        import airflow.providers.standard.operators.bash  # noqa: F401
    except ImportError:
        import airflow.operators.bash  # noqa: F401
    return DagBag


def in_child(dag_bag, folder: str) -> float:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        started = time.perf_counter()
        bag = dag_bag(folder)
        took = time.perf_counter() - started
        files = sum(name.endswith(".py") for name in os.listdir(folder))
        answer = {"seconds": took, "dags": len(bag.dags), "files": files, "errors": dict(bag.import_errors)}
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = json.load(pipe)
    os.waitpid(child, 0)
    if answer["errors"] or answer["dags"] != answer["files"]:
        raise SystemExit(f"{folder}: {answer}")
    return answer["seconds"]


def stub_original() -> None:
    package = types.ModuleType("dkist_processing_core")
    callback = types.ModuleType("dkist_processing_core.failure_callback")
    callback.chat_ops_notification = lambda context, **_: None
    package.failure_callback = callback
    sys.modules.update({"dkist_processing_core": package, "dkist_processing_core.failure_callback": callback})


main()
