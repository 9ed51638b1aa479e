import { setImmediate } from "node:timers/promises";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

const DEFAULT_SIZE = 10_000;
const PASSES_PER_TURN = 100;

/**
 * Keeps a core busy with a tight numeric loop, the bubble sort that the Python original compiles with numba. V8 compiles
 * it by itself; the conf's `size` says how many numbers.
 */
export class ExerciseNumba extends RecipeRunTask {
  async run(): Promise<void> {
    const { size = DEFAULT_SIZE } = this.conf;
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 1) {
      throw new TypeError("size must be a positive whole number");
    }
    const random = xoroshiro128plus(this.recipeRunId);
    const numbers = Float64Array.from({ length: size }, () => uniformFloat64(random));
    const expected = numbers.slice().sort();

    await this.step("bubble sort", () => this.#sort(numbers));
    if (!numbers.every((value, i) => value === expected[i])) throw new Error("the numbers are not sorted");
    this.log.info("numbers are sorted", { size });
  }

  async #sort(numbers: Float64Array): Promise<void> {
    for (let end = numbers.length - 1; end > 0; end--) {
      bubble(numbers, end);
      // A busy loop hears no signal: give way now and then.
      if (end % PASSES_PER_TURN === 0) {
        await setImmediate();
        this.signal.throwIfAborted();
      }
    }
  }
}

function bubble(numbers: Float64Array, end: number): void {
  for (let i = 0; i < end; i++) {
    const [left = 0, right = 0] = [numbers[i], numbers[i + 1]];
    if (left > right) {
      numbers[i] = right;
      numbers[i + 1] = left;
    }
  }
}
