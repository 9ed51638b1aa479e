"""Prints the bash command that the Python original renders for one task of a published client that does nothing."""
import sys

from bench_client.tasks import Task00
from dkist_processing_core.node import Node
from dkist_processing_core.resource_queue import ResourceQueue

package, version = sys.argv[1:]
node = Node(
    workflow_name="bench",
    workflow_version=version,
    workflow_package=package,
    task=Task00,
    resource_queue=ResourceQueue.DEFAULT,
)
print(node.bash_script.replace("{{dag_run.conf['recipe_run_id']}}", "1"))
