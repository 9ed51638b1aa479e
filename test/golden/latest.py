# Rendered by dkist-core; do not edit. Airflow DAGs that start the promoted version of "dkist-vbi"
from __future__ import annotations

from datetime import datetime, timezone

try:  # Airflow 3
    from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
    from airflow.sdk import DAG, Param
except ImportError:  # Airflow 2.10, 2.11
    from airflow import DAG
    from airflow.models.param import Param
    from airflow.operators.trigger_dagrun import TriggerDagRunOperator

NAME = "dkist-vbi"
PROMOTED = "1.4.0"


class StartPromoted(TriggerDagRunOperator):
    """Starts the promoted version with this run's own conf and id; nothing in them is taken for a template."""

    def execute(self, context):
        dag_run = context["dag_run"]
        self.conf = dict(dag_run.conf or {})
        # A run of the alias that is started again finds its run there, and does not start a second one.
        self.trigger_run_id = dag_run.run_id
        return super().execute(context)


def latest(workflow, tags):
    with DAG(
        dag_id=f"{workflow}_latest",
        description=f"starts {workflow}_{PROMOTED}",
        schedule=None,
        start_date=datetime(2020, 1, 1, tzinfo=timezone.utc),
        catchup=False,
        is_paused_upon_creation=False,
        tags=tags,
        # As the versions themselves: a run that they would refuse is refused here.
        params={
            "recipe_run_id": Param(
                type="integer",
                minimum=1,
                maximum=9007199254740991,
                title="Recipe run id",
                description="The recipe run that this DAG run works on.",
            ),
        },
    ):
        StartPromoted(task_id="start", trigger_dag_id=f"{workflow}_{PROMOTED}")


latest("hostile", ["it's \"q\" \\ {{ 7*7 }} {% x %} {# c $(id) `id` \"\"\" %s {0} \U0001f52d \u202e \u00e9\n.sh", "latest"])
latest("l0_to_l1_vbi", ["l0", "l1", "latest", "vbi"])
