"""What a client's build pipeline runs with the Python original: export_dags or validate_workflows."""
import sys

from bench_client import workflows
from dkist_processing_core import build_utils

job, folder = sys.argv[1:]
{"export": build_utils.export_dags, "validate": build_utils.validate_workflows}[job](workflows, folder)
