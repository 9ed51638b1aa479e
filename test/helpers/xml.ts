import { SaxesParser } from "saxes";

/** An element as an XML parser read it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Of the element itself, without its children's. */
  readonly text: string;
}

/** Reads an XML document strictly. */
export function parseXml(text: string): XmlElement {
  interface Open extends XmlElement {
    children: Open[];
    text: string;
  }
  const root: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Open = { name, attributes, children: [], text: "" };
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  parser.on("closetag", () => void stack.pop());
  const addText = (part: string): void => {
    const open = stack.at(-1);
    if (open !== undefined) open.text += part;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(text).close();
  const [element] = root.children;
  if (element === undefined) throw new Error("there is no element");
  return element;
}

/** The elements of a name, at any depth, in their order. */
export function elementsCalled(element: XmlElement, name: string): XmlElement[] {
  const own = element.name === name ? [element] : [];
  return [...own, ...element.children.flatMap((child) => elementsCalled(child, name))];
}
