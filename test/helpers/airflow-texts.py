"""What a real Airflow and its Jinja make of the texts in a rendered DAG file.

    python airflow-texts.py <dag file> <texts.json> <result.json> <script.sh>

result: {"tags", "owners", "queues": as Airflow holds them, "confs": each text in a run's conf, as a task is given it,
"deep": how one that is too deep is refused}. Fails when Airflow's Jinja changes any of them. The script prints NODE and the Node flags of every task as bash
reads them, each ended by a NUL.
"""
from __future__ import annotations

import json
import runpy
import sys


def main(dag_file, texts_file, result_file, script_file):
    with open(texts_file, encoding="utf-8") as file:
        texts = json.load(file)
    module = runpy.run_path(dag_file)
    dag = module["dag"]
    tasks = [dag.get_task(f"T{index}") for index in range(len(texts))]
    before = [task.bash_command for task in tasks]
    # Without our operator's word on it, Jinja would read them.
    control = module["BashOperator"](task_id="control", bash_command="{{ 7*7 }}", dag=dag)
    for task in [control, *tasks]:
        task.render_template_fields({"params": {}, "dag": dag, "task": task})
    if control.bash_command != "49":
        sys.exit("Jinja was not asked")
    if [task.bash_command for task in tasks] != before:
        sys.exit("Jinja has changed a command")
    with open(script_file, "w", encoding="utf-8") as file:
        for text, task in zip(texts, tasks):
            start, run_task = task.bash_command.rsplit(module["RUN_TASK"], 1)
            if run_task != "":
                sys.exit("a command does not end with RUN_TASK")
            file.write(f"{start}printf '%s\\0' \"$node\" \"${{#flags[@]}}\" \"${{flags[@]}}\"\n")
    deep = []
    for _ in range(5000):
        deep = [deep]
    try:
        module["conf_as_json"]({"deep": deep})
    except Exception as error:
        refused = f"{type(error).__name__}: {error}"
    with open(result_file, "w", encoding="utf-8") as file:
        json.dump(
            {
                "tags": sorted(dag.tags),
                "owners": sorted({task.owner for task in tasks}),
                "queues": [task.queue for task in tasks],
                "confs": [module["conf_as_json"]({"text": text, text: 1}) for text in texts],
                "deep": refused,
            },
            file,
        )


main(*sys.argv[1:])
