import { TaskSkipped } from "dkist-processing-core";
import { archivedFiles, datasetFolder, outboxFile, writeArchived } from "../recipe-run/archive.js";
import { busSettings, publishMessages, type BusMessage } from "../recipe-run/message-bus.js";
import { RecipeRunTask } from "../recipe-run/recipe-run-task.js";

/** The bucket that the archive's datasets are served from. */
const BUCKET = "data";

/** Tells the catalog about every file of the dataset, and asks for the quality report. */
export class PublishCatalogAndQualityMessages extends RecipeRunTask {
  async run(): Promise<void> {
    const files = await archivedFiles(datasetFolder(this.recipeRunId));
    if (files.length === 0) throw new TaskSkipped("no dataset was transferred, so there is nothing to publish");
    const messages = [...files.map(({ name }) => this.#catalogMessage(name)), this.#qualityMessage()];

    const settings = busSettings(process.env);
    if (settings) {
      await this.step("publish", () => publishMessages(settings, messages));
      this.log.info("messages are published", { messages: messages.length, exchange: settings.exchange });
    } else {
      const outbox = outboxFile(this.recipeRunId);
      await writeArchived(outbox, `${JSON.stringify(messages, null, 2)}\n`);
      this.log.warn("no message bus is configured; the messages are in the outbox", { outbox });
    }
  }

  #catalogMessage(file: string): BusMessage {
    return {
      subject: file.endsWith(".fits") ? "catalog.frame" : "catalog.object",
      body: { ...this.#address, objectName: `${this.recipeRunId}/${file}` },
    };
  }

  #qualityMessage(): BusMessage {
    return { subject: "create.quality.report", body: { ...this.#address, objectName: `${this.recipeRunId}/quality` } };
  }

  get #address(): BusMessage["body"] {
    return { bucket: BUCKET, conversationId: String(this.recipeRunId) };
  }
}
