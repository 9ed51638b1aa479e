import { readFileSync } from "node:fs";
import ts from "typescript";

/**
 * The titles in a test file, as Jest makes them: of `it`, `test` and `describe`, and of their `each` one for every row that
 * stands in the call itself.
 */
export function testTitles(file: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) titles.push(...titlesOf(node));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true));
  return titles;
}

const FUNCTIONS = new Set(["it", "test", "describe"]);

function titlesOf({ expression, arguments: [titleNode] }: ts.CallExpression): string[] {
  if (titleNode === undefined) return [];
  const title = ts.isStringLiteralLike(titleNode) ? titleNode.text : titleNode.getText();
  if (ts.isIdentifier(expression)) return FUNCTIONS.has(expression.text) ? [title] : [];
  // it.each(table)(title, …)
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return [];
  const { name, expression: each } = expression.expression;
  if (name.text !== "each" || !ts.isIdentifier(each) || !FUNCTIONS.has(each.text)) return [];
  const [table] = expression.arguments;
  const rows = table !== undefined && ts.isArrayLiteralExpression(table) ? [...table.elements] : [];
  return [title, ...rows.map((row) => filled(title, row))];
}

/** Fills in the strings of a row; what else it holds is left as it stands. */
function filled(title: string, row: ts.Expression): string {
  if (ts.isArrayLiteralExpression(row)) {
    const values = row.elements.values();
    return title.replace(/%[a-z]/g, (place) => textOf(values.next().value) ?? place);
  }
  if (!ts.isObjectLiteralExpression(row)) return title.replace("%s", textOf(row) ?? "%s");
  return title.replace(/\$(\w+)/g, (place, name) => {
    const property = row.properties.find((one) => one.name?.getText() === name);
    const value = property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
    return textOf(value) ?? place;
  });
}

function textOf(node: ts.Expression | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}
