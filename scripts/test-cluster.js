// The tests on a whole Airflow cluster of this machine: Celery, PostgreSQL, RabbitMQ, two workers; and on the REST API of
// both Airflows. The last line is "N passed, N failed".
import { installPackages } from "./debian.js";
import { jest } from "./jest.js";
import { prepare, run, step } from "./steps.js";

prepare();
step("programs of this machine");
installPackages(["rabbitmq-server", "postgresql"]);
step("Airflow 3.3.2 with Celery, and both without");
run(process.execPath, ["test/helpers/setup-airflow.js", "3.3.2-celery", "3.3.2", "2.11.2"]);
step("the tests of the cluster");
// One file after another: the cluster wants the whole machine.
const { passed, failed } = jest(["test/e2e/cluster/", "--runInBand", "--testPathIgnorePatterns=/node_modules/"]);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
