#!/usr/bin/env node
import { main } from "../dist/cli/main.js";
process.exitCode = await main(process.argv);
// A config may have left a timer or a connection behind: nothing is waited for but our own output.
setInterval(() => process.stdout.writableLength + process.stderr.writableLength || process.exit(), 200).unref();
