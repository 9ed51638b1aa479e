/**
 * The standard deviation of the noise of a single frame, whatever the scene (Immerkaer 1996): a difference of two
 * Laplacians cancels everything that is smooth and keeps what changes from pixel to pixel.
 */
export function estimateNoise(pixels: ArrayLike<number>, columns: number, rows: number): number {
  if (columns < 3 || rows < 3) throw new RangeError("a frame of less than 3 x 3 pixels has no noise estimate");
  const at = (x: number, y: number): number => pixels[y * columns + x] ?? Number.NaN;
  let sum = 0;
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1; x < columns - 1; x++) {
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      const edges = at(x, y - 1) + at(x - 1, y) + at(x + 1, y) + at(x, y + 1);
      sum += Math.abs(corners - 2 * edges + 4 * at(x, y));
    }
  }
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * (columns - 2) * (rows - 2));
}
