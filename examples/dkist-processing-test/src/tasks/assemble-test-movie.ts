import { TaskSkipped } from "dkist-processing-core";
import { joinPngs } from "../formats/apng.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

const FRAMES_PER_SECOND = 4;

/** Joins the pictures of the calibrated frames into a movie: an animated PNG, which every browser plays. */
export class AssembleTestMovie extends RecipeRunTask {
  async run(): Promise<void> {
    const names = await this.scratch.list("movie", ".png");
    if (names.length === 0) throw new TaskSkipped("there are no movie frames to assemble");
    const frames = await Promise.all(names.map((name) => this.scratch.read(name)));
    await this.scratch.write("output/movie/movie.png", joinPngs(frames, FRAMES_PER_SECOND));
    this.log.info("movie is assembled", { frames: names.length });
  }
}
