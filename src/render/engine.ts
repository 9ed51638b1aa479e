import Handlebars from "handlebars";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runInThisContext } from "node:vm";

import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { byCodeUnit } from "../model/naming.js";
import { js, plain, py } from "./literals.js";
import { markup } from "./markup.js";

/** The templates of a build, compiled. */
export interface Templates {
  /**
   * @param name - a template's file name without `.hbs`, e.g. `dag.py`
   * @param view - complete: a field that the template names and the view lacks is an error
   * @throws DkistCoreError TEMPLATE_FAILED
   */
  render(name: string, view: object): string;
  /** Compiles a template now, where there is time for it, and not when it is first rendered. @throws DkistCoreError TEMPLATE_FAILED */
  prepare(name: string): void;
  /** The texts of all templates that a DAG file is made from: two of the same text write the same workflow alike. */
  readonly dagSource: string;
}

/** From `src/render/` and from `dist/render/` alike. */
const OWN_FOLDER = fileURLToPath(new URL("../../templates/", import.meta.url));

/** Which gate a template's values go through: its output's language decides. A style sheet takes no values. */
const GATES = {
  ".py.hbs": "py",
  ".js.hbs": "js",
  ".ts.hbs": "js",
  ".json.hbs": "js",
  ".html.hbs": "html",
  ".md.hbs": "plain",
  ".css.hbs": null,
} as const;
const PARTIALS = "partials/";

/**
 * Strict, so that a misspelt field fails; no escaping of Handlebars' own, because the gates do it; and no helper but them
 * and the block helpers `each` and `if`, because logic belongs into the view.
 */
const OPTIONS: CompileOptions = {
  noEscape: true,
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { py: true, js: true, html: true, plain: true },
};

/**
 * Reads the package's templates, each replaced by the file of the same name in an own folder where there is one.
 *
 * @param folder - config `templates`: an absolute path
 * @throws DkistCoreError BAD_CONFIG when the folder is not there or holds a template that replaces nothing;
 *   TEMPLATE_FAILED when one is no Handlebars, or has a value that does not go through its language's gate
 */
export function loadTemplates(folder?: string): Templates {
  const files = templateFiles(OWN_FOLDER);
  const own = folder === undefined ? new Map<string, string>() : ownTemplateFiles(folder, files);
  for (const [name, path] of own) files.set(name, path);

  const sources = new Map<string, string>();
  for (const [name, path] of [...files].sort(([a], [b]) => byCodeUnit(a, b))) {
    sources.set(name, readFileSync(path, "utf8"));
  }
  const parse = (name: string): hbs.AST.Program => checkTemplate(sources.get(name) ?? "", files.get(name) ?? name);
  // Our own have passed the tests, and are parsed when they are rendered: a command renders few of them.
  for (const name of own.keys()) parse(name);

  const engine = createEngine();
  const partials = new Map(
    [...sources.keys()]
      .filter((name) => name.startsWith(PARTIALS))
      .map((name) => [basename(name, suffixOf(name)), parse(name)]),
  );
  for (const [name, program] of partials) engine.registerPartial(name, engine.compile(program, OPTIONS));
  const compiled = new Map<string, Handlebars.TemplateDelegate<object>>();
  const compile = (name: string): Handlebars.TemplateDelegate<object> => {
    if (!sources.has(`${name}.hbs`)) {
      throw new DkistCoreError("TEMPLATE_FAILED", `there is no template ${name}.hbs`);
    }
    const program = withPartials(parse(`${name}.hbs`), partials);
    const template = named(name, () => {
      // At once: engine.compile() would wait for the first view. It gives a text, whatever its types say.
      const specification = Handlebars.precompile(program, OPTIONS) as unknown as string;
      return engine.template<object>(runInThisContext(`(${specification})`) as TemplateSpecification);
    });
    compiled.set(name, template);
    return template;
  };
  const templateOf = (name: string): Handlebars.TemplateDelegate<object> => compiled.get(name) ?? compile(name);
  return {
    prepare: templateOf,
    dagSource: [...sources]
      .filter(([name]) => suffixOf(name) === ".py.hbs")
      .map(([name, source]) => `${name}\n${source}\n`)
      .join(""),
    render: (name, view) => {
      const template = templateOf(name);
      return named(name, () => {
        const text = template(view);
        // Makes one text of its thousand pieces now, which then die young: kept, they are copied about again and again.
        text.charCodeAt(0);
        return text;
      });
    },
  };
}

/** What Handlebars says of a template does not say of which. */
function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DkistCoreError) throw error;
    throw new DkistCoreError("TEMPLATE_FAILED", `${name}.hbs: ${messageOf(error)}`, { cause: error });
  }
}

/** A file of the client repo that `init` makes. */
export interface ClientTemplate {
  /** Relative to the client repo, with forward slashes. */
  readonly path: string;
  /** @param view - as for {@link Templates} */
  render(view: object): string;
}

/**
 * The client repo that `init` makes, sorted by path. What ends in `.hbs` is a template; a name's `dot-` stands for its
 * dot, as npm leaves some of these names out of a package.
 *
 * @throws DkistCoreError TEMPLATE_FAILED
 */
export function loadClientTemplates(): ClientTemplate[] {
  const folder = join(OWN_FOLDER, "client");
  const engine = createEngine();
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .map((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      const path = name.replace(/(^|\/)dot-/g, "$1.");
      if (!name.endsWith(".hbs")) return { path, render: () => source };
      checkTemplate(source, name);
      return { path: path.slice(0, -".hbs".length), render: engine.compile<object>(source, OPTIONS) };
    })
    .sort((a, b) => byCodeUnit(a.path, b.path));
}

function createEngine(): typeof Handlebars {
  const engine = Handlebars.create();
  for (const [name, gate] of Object.entries({ py, js, plain, html: markup })) {
    engine.registerHelper(name, (value: unknown) => gate(value));
  }
  return engine;
}

/**
 * Parses a template; fails for a value that would reach the output as it is.
 *
 * @param source - a template's text
 * @param path - its ending says which gate its values need
 * @throws DkistCoreError TEMPLATE_FAILED naming the line
 */
export function checkTemplate(source: string, path: string): hbs.AST.Program {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (error) {
    throw new DkistCoreError("TEMPLATE_FAILED", `${path} is not a Handlebars template: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const gate = GATES[suffixOf(path) ?? ".py.hbs"];
  const visitor = new Handlebars.Visitor();
  visitor.MustacheStatement = (statement: hbs.AST.MustacheStatement) => {
    const name = "original" in statement.path ? statement.path.original : "";
    if (name === gate && statement.params.length === 1) return;
    throw new DkistCoreError("TEMPLATE_FAILED", `{{${name}}} would be written as it is`, {
      hint: gate === null ? "it takes no values" : `write {{${gate} ${name}}}: it encodes any value`,
      location: { file: path, line: statement.loc.start.line },
    });
  };
  visitor.accept(program);
  return program;
}

/**
 * The program with each partial's statements where the partial is named: calling one takes longer than what it does, and
 * a node's is called for every node. One that is indented or given something is called as ever, and so is one that is
 * under way.
 */
function withPartials(
  program: hbs.AST.Program,
  partials: ReadonlyMap<string, hbs.AST.Program>,
  underWay: readonly string[] = [],
): hbs.AST.Program {
  const body = program.body.flatMap((statement): hbs.AST.Statement[] => {
    if (isBlock(statement)) {
      const inner = (block: hbs.AST.Program | undefined) => block && withPartials(block, partials, underWay);
      return [
        { ...statement, program: inner(statement.program), inverse: inner(statement.inverse) } as typeof statement,
      ];
    }
    if (!isPartial(statement)) return [statement];
    const name = "original" in statement.name ? statement.name.original : "";
    const partial = partials.get(name);
    const isGiven = statement.params.length > 0 || (statement.hash as unknown) !== undefined || statement.indent !== "";
    if (partial === undefined || isGiven || underWay.includes(name)) return [statement];
    return withPartials(partial, partials, [...underWay, name]).body;
  });
  return { ...program, body };
}

function isBlock(statement: hbs.AST.Statement): statement is hbs.AST.BlockStatement {
  return statement.type === "BlockStatement";
}

function isPartial(statement: hbs.AST.Statement): statement is hbs.AST.PartialStatement {
  return statement.type === "PartialStatement";
}

function ownTemplateFiles(folder: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (!isFolder(folder)) {
    throw new DkistCoreError("BAD_CONFIG", `there is no templates folder ${folder}`, {
      location: { field: "templates" },
    });
  }
  const own = templateFiles(folder);
  for (const name of own.keys()) {
    // A partial of one's own has a use: an own template can include it. A template has none.
    if (known.has(name) || name.startsWith(PARTIALS)) continue;
    throw new DkistCoreError("BAD_CONFIG", `the template ${join(folder, name)} replaces nothing`, {
      hint: `the templates are ${[...known.keys()].join(", ")}`,
      location: { field: "templates" },
    });
  }
  return own;
}

/** Name relative to the folder (`dag.py.hbs`, `partials/node.py.hbs`) to path. */
function templateFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const place of [folder, join(folder, "partials")]) {
    for (const name of isFolder(place) ? readdirSync(place).sort(byCodeUnit) : []) {
      if (suffixOf(name) === undefined) continue;
      const path = join(place, name);
      files.set(relative(folder, path).replaceAll("\\", "/"), path);
    }
  }
  return files;
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

function suffixOf(name: string): keyof typeof GATES | undefined {
  return (Object.keys(GATES) as (keyof typeof GATES)[]).find((suffix) => name.endsWith(suffix));
}
