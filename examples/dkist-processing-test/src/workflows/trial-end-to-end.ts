import { Workflow } from "dkist-processing-core";
import { AssembleTestMovie } from "../tasks/assemble-test-movie.js";
import { CreateTrialAsdf } from "../tasks/create-trial-asdf.js";
import { CreateTrialDatasetInventory } from "../tasks/create-trial-dataset-inventory.js";
import { CreateTrialQualityReport } from "../tasks/create-trial-quality-report.js";
import { GenerateCalibratedData } from "../tasks/generate-calibrated-data.js";
import { MakeTestMovieFrames } from "../tasks/make-test-movie-frames.js";
import { ParseL0TestInputData } from "../tasks/parse-l0-test-input-data.js";
import { QualityL1Metrics } from "../tasks/quality-l1-metrics.js";
import { TestAssembleQualityData } from "../tasks/test-assemble-quality-data.js";
import { TestQualityL0Metrics } from "../tasks/test-quality-l0-metrics.js";
import { TransferL0Data } from "../tasks/transfer-l0-data.js";
import { TransferTrialData } from "../tasks/transfer-trial-data.js";
import { TrialTeardown } from "../tasks/trial-teardown.js";
import { WriteL1Data } from "../tasks/write-l1-data.js";

/** Raw frames to a dataset for the instrument team to look at: everything comes out as files, nothing is published. */
export const trial = new Workflow({ inputData: "input", outputData: "output", category: "test", detail: "trial-e2e" });

trial
  .addNode(TransferL0Data)

  // Science
  .addNode(ParseL0TestInputData, { upstreams: TransferL0Data })
  .addNode(GenerateCalibratedData, { upstreams: ParseL0TestInputData })
  .addNode(WriteL1Data, { upstreams: GenerateCalibratedData })

  // Movie
  .addNode(MakeTestMovieFrames, { upstreams: GenerateCalibratedData })
  .addNode(AssembleTestMovie, { upstreams: MakeTestMovieFrames })

  // Quality
  .addNode(TestQualityL0Metrics, { upstreams: ParseL0TestInputData })
  .addNode(QualityL1Metrics, { upstreams: GenerateCalibratedData })
  .addNode(TestAssembleQualityData, { upstreams: [TestQualityL0Metrics, QualityL1Metrics] })

  // Output
  .addNode(CreateTrialDatasetInventory, { upstreams: WriteL1Data })
  .addNode(CreateTrialAsdf, { upstreams: WriteL1Data })
  .addNode(CreateTrialQualityReport, { upstreams: TestAssembleQualityData })
  .addNode(TransferTrialData, {
    upstreams: [CreateTrialDatasetInventory, CreateTrialAsdf, CreateTrialQualityReport, AssembleTestMovie],
  })
  .addNode(TrialTeardown, { upstreams: TransferTrialData });
