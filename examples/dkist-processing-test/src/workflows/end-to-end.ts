import { ResourceQueue, Workflow } from "dkist-processing-core";
import { AssembleTestMovie } from "../tasks/assemble-test-movie.js";
import { GenerateCalibratedData } from "../tasks/generate-calibrated-data.js";
import { MakeTestMovieFrames } from "../tasks/make-test-movie-frames.js";
import { ParseL0TestInputData } from "../tasks/parse-l0-test-input-data.js";
import { PublishCatalogAndQualityMessages } from "../tasks/publish-catalog-and-quality-messages.js";
import { QualityL1Metrics } from "../tasks/quality-l1-metrics.js";
import { SubmitDatasetMetadata } from "../tasks/submit-dataset-metadata.js";
import { Teardown } from "../tasks/teardown.js";
import { TestAssembleQualityData } from "../tasks/test-assemble-quality-data.js";
import { TestQualityL0Metrics } from "../tasks/test-quality-l0-metrics.js";
import { TransferL0Data } from "../tasks/transfer-l0-data.js";
import { TransferL1Data } from "../tasks/transfer-l1-data.js";
import { WriteL1Data } from "../tasks/write-l1-data.js";

/** From raw frames to a published dataset: every management process of the data center, once. */
export const endToEnd = new Workflow({
  inputData: "input",
  outputData: "output",
  category: "test",
  detail: "management-processes-e2e",
});

endToEnd
  .addNode(TransferL0Data)

  // Science
  .addNode(ParseL0TestInputData, { upstreams: TransferL0Data })
  .addNode(GenerateCalibratedData, { upstreams: ParseL0TestInputData, resourceQueue: ResourceQueue.HIGH_MEMORY })
  .addNode(WriteL1Data, { upstreams: GenerateCalibratedData })

  // Movie
  .addNode(MakeTestMovieFrames, { upstreams: GenerateCalibratedData })
  .addNode(AssembleTestMovie, { upstreams: MakeTestMovieFrames })

  // Quality
  .addNode(TestQualityL0Metrics, { upstreams: ParseL0TestInputData })
  .addNode(QualityL1Metrics, { upstreams: GenerateCalibratedData })
  .addNode(TestAssembleQualityData, { upstreams: [TestQualityL0Metrics, QualityL1Metrics] })

  // Output
  .addNode(SubmitDatasetMetadata, { upstreams: [WriteL1Data, TestAssembleQualityData] })
  // The movie is named twice, as in the Python original; a repeated upstream counts once.
  .addNode(TransferL1Data, { upstreams: [WriteL1Data, AssembleTestMovie, AssembleTestMovie] })
  .addNode(PublishCatalogAndQualityMessages, { upstreams: [TransferL1Data, SubmitDatasetMetadata] })
  .addNode(Teardown, { upstreams: PublishCatalogAndQualityMessages });
