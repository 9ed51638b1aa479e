import type { Point, Size } from "./graph-layout.js";

/** How many shapes there are; with more resource queues than that, the label alone tells them apart. */
export const SHAPES = 6;

/** How far a shape's slanted sides reach into its box: text keeps away from them. */
const SLANT = 12;

/** A node's outline as SVG path data: a shape for each resource queue, so that colour is not needed. */
export function outline(shape: number, { x, y }: Point, { width, height }: Size): string {
  const left = x - width / 2;
  const right = x + width / 2;
  const top = y - height / 2;
  const bottom = y + height / 2;
  const inner = polygon(left + 4, top + 4, right - 4, top + 4, right - 4, bottom - 4, left + 4, bottom - 4);
  switch (shape < 0 ? 0 : shape % SHAPES) {
    case 1: // two frames
      return `${polygon(left, top, right, top, right, bottom, left, bottom)}${inner}`;
    case 2: // a hexagon
      return polygon(
        left,
        y,
        left + SLANT,
        top,
        right - SLANT,
        top,
        right,
        y,
        right - SLANT,
        bottom,
        left + SLANT,
        bottom,
      );
    case 3: // cut corners
      return polygon(
        ...[left, top + SLANT, left + SLANT, top, right - SLANT, top, right, top + SLANT],
        ...[right, bottom - SLANT, right - SLANT, bottom, left + SLANT, bottom, left, bottom - SLANT],
      );
    case 4: // a parallelogram
      return polygon(left + SLANT, top, right, top, right - SLANT, bottom, left, bottom);
    case 5: // bars at both sides
      return [
        polygon(left, top, right, top, right, bottom, left, bottom),
        polygon(left + 6, top, left + 6, bottom),
        polygon(right - 6, top, right - 6, bottom),
      ].join("");
    default: // round corners
      return (
        `M${n(left + 8)} ${n(top)}H${n(right - 8)}a8 8 0 0 1 8 8V${n(bottom - 8)}a8 8 0 0 1 -8 8` +
        `H${n(left + 8)}a8 8 0 0 1 -8 -8V${n(top + 8)}a8 8 0 0 1 8 -8z`
      );
  }
}

/** A tenth of a pixel is enough, and the same in every file. */
export function n(pixels: number): string {
  const rounded = Math.round(pixels * 10) / 10;
  // -0 and 0 are one place.
  return String(rounded === 0 ? 0 : rounded);
}

/** Closed, from pairs of coordinates. */
export function polygon(...coordinates: readonly number[]): string {
  const points: string[] = [];
  for (let index = 0; index < coordinates.length; index += 2) {
    points.push(`${n(coordinates[index] ?? 0)} ${n(coordinates[index + 1] ?? 0)}`);
  }
  return `M${points.join("L")}z`;
}
