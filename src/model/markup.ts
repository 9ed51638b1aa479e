/**
 * Text that is markup already: the one thing that reaches HTML and SVG as it is. Made only by what has put every value of
 * users through the encoder of its language.
 */
export class Markup {
  constructor(readonly text: string) {}
}
