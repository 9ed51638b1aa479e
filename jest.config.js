import { availableParallelism } from "node:os";

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: { "^.+\\.ts$": "<rootDir>/test/helpers/esbuild-transform.js" },
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  modulePathIgnorePatterns: [
    "<rootDir>/dist/",
    "<rootDir>/examples/",
    "<rootDir>/.cache/",
    "<rootDir>/.stryker/",
    "<rootDir>/test/fixtures/",
  ],
  // A cluster takes the whole machine: npm run test:cluster.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/cluster/"],
  testTimeout: 60_000,
  // Many tests wait for child processes: three workers keep two cores busy.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
