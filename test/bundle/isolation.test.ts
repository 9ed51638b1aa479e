import { describe, expect, it } from "@jest/globals";
import { tellingSource } from "../../src/bundle/isolation.js";

describe("tellingSource", () => {
  it.each([
    { source: 'readFileSync(__dirname + "/table.csv")', what: ["__dirname"] },
    { source: "module.paths.push(__filename)", what: ["__dirname"] },
    { source: 'new URL("./table.csv", import.meta.url)', what: ["import.meta.url"] },
    { source: "const here = import.meta.dirname;", what: ["import.meta.url"] },
    { source: 'new Worker("./worker.js")', what: ["a worker thread"] },
    { source: "const require = createRequire(x);", what: ["createRequire()"] },
    { source: 'process.dlopen(module, "x.node")', what: ["process.dlopen()"] },
    { source: "require(name)", what: ["require() of a computed name"] },
    { source: "require(`./${name}.js`)", what: ["require() of a computed name"] },
    { source: 'require("./locale/" + name)', what: ["require() of a computed name"] },
    { source: "await import(name)", what: ["import() of a computed name"] },
    { source: "import(`./${name}.js`)", what: ["import() of a computed name"] },
    { source: 'import("./locale/" + name)', what: ["import() of a computed name"] },
    { source: 'const files = "dist/*.js";\nread(__dirname);\n/* the end */', what: ["__dirname"] },
    { source: 'const url = "http://x" + read(__dirname);', what: ["__dirname"] },
    { source: "/*! license */ read(__dirname)", what: ["__dirname"] },
  ])("finds $what in $source", ({ source, what }) => {
    expect(tellingSource(source)).toEqual(what);
  });

  it.each([
    'require("fs")',
    "require('./a.js')",
    'await import("node:fs")',
    "import x from './x.js';",
    'typeof require === "function" && require("x")',
    "// reads __dirname\nrun();",
    "/**\n * reads __dirname\n */\nrun();",
    "const my__dirname = 1;",
    "import.meta.env",
    "",
  ])("finds nothing in %p", (source) => {
    expect(tellingSource(source)).toEqual([]);
  });
});
