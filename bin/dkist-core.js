#!/usr/bin/env node
// Read by whatever Node is there: nothing in this file may be newer than Node 10.
"use strict";
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error BAD_USAGE  dkist-core needs Node 20.19 or newer, and this is Node ${process.versions.node}`);
  console.error("  hint: install a newer Node, or put it first on PATH");
  process.exitCode = 2;
} else {
  require("../dist/cli/main.cjs")
    .main(process.argv)
    .then((exitCode) => {
      process.exitCode = exitCode;
      // A config may have left a timer or a connection behind: nothing is waited for but our own output.
      setInterval(() => process.stdout.writableLength + process.stderr.writableLength || process.exit(), 200).unref();
    });
}
