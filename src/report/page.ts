import { createHash } from "node:crypto";
import { Markup } from "../model/markup.js";

/** Makes text of a template and a view; every value in it has gone through the gate of its language. */
export interface PageTemplates {
  render(name: string, view: object): string;
}

/** What every page has: its style and program, and the policy that lets no others run and asks nobody for anything. */
export interface PageFrame {
  readonly style: Markup;
  readonly script: Markup;
  readonly policy: string;
}

/**
 * @param styles - the text of style sheets, none of users
 * @param script - the text of a program, none of users; empty for none
 */
export function pageFrame(styles: readonly string[], script: string): PageFrame {
  const style = styles.join("");
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    ...(script === "" ? [] : [`script-src ${hashSource(script)}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return { style: new Markup(style), script: new Markup(script), policy: policy.join("; ") };
}

/** @see https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
