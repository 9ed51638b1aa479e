import { writeFile } from "node:fs/promises";
import path from "node:path";

/** What an Airflow task costs that does nothing: to hold ours against. */
const BASELINE = `# airflow dag
from datetime import datetime, timezone
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("baseline", schedule=None, start_date=datetime(2020, 1, 1, tzinfo=timezone.utc), is_paused_upon_creation=False):
    BashOperator(task_id="Empty", bash_command="true", do_xcom_push=False) >> BashOperator(
        task_id="Empty2", bash_command="true", do_xcom_push=False
    )
`;

export async function writeBaselineDag(dagsFolder: string): Promise<void> {
  await writeFile(path.join(dagsFolder, "baseline.py"), BASELINE);
}
