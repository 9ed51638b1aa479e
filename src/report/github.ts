import { printable } from "../model/printable.js";
import { linesText, subjectText, type Shown } from "./text.js";

/** GitHub shows so many errors and so many warnings of a step, and drops the rest without a word. */
const MOST = 10;

/**
 * Findings in GitHub's own words, which it shows beside the lines of a pull request.
 *
 *     ::error file=src/vbi.ts,line=41,col=4,title=CYCLE::l0_to_l1_vbi: Dark >> Gain >> Dark%0Ahint: remove one of these upstreams
 *
 * @param folder - the client repo's path in the checkout, with forward slashes; empty when it is the checkout itself
 */
export function githubLines(findings: readonly Shown[], folder: string): string {
  return (["error", "warning"] as const)
    .flatMap((severity) => {
      const all = findings.filter((finding) => finding.severity === severity);
      const shown = all.length > MOST ? all.slice(0, MOST - 1) : all;
      const lines = shown.map((finding) => line(finding, folder));
      const rest = all.length - shown.length;
      return rest === 0 ? lines : [...lines, `::${severity}::${rest} more ${severity}s are in the log`];
    })
    .map((text) => `${text}\n`)
    .join("");
}

function line({ severity, code, message, hint, location }: Shown, folder: string): string {
  const { file, line, column } = location;
  const properties = Object.entries({
    file: file === undefined ? file : printable(folder === "" ? file : `${folder}/${file}`),
    line,
    col: column,
    title: code,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${propertyText(String(value))}`]));
  const sentence = `${message}${hint === undefined ? "" : `\nhint: ${hint}`}`;
  return `::${severity} ${properties.join(",")}::${dataText(`${subjectText(location)}${linesText(sentence)}`)}`;
}

/** As GitHub's own toolkit escapes the text of a command. */
function dataText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function propertyText(text: string): string {
  return dataText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
