import { Workflow, type TaskClass } from "dkist-processing-core";
import { AssembleTestMovie } from "../tasks/assemble-test-movie.js";
import { CreateTrialAsdf } from "../tasks/create-trial-asdf.js";
import { CreateTrialDatasetInventory } from "../tasks/create-trial-dataset-inventory.js";
import { CreateTrialQualityReport } from "../tasks/create-trial-quality-report.js";
import { GenerateCalibratedData } from "../tasks/generate-calibrated-data.js";
import { MakeTestMovieFrames } from "../tasks/make-test-movie-frames.js";
import { ManualWithProvenance, ManualWithoutProvenance } from "../tasks/manual.js";
import { ParseL0TestInputData } from "../tasks/parse-l0-test-input-data.js";
import { PublishCatalogAndQualityMessages } from "../tasks/publish-catalog-and-quality-messages.js";
import { QualityL1Metrics } from "../tasks/quality-l1-metrics.js";
import { SubmitDatasetMetadata } from "../tasks/submit-dataset-metadata.js";
import { Teardown } from "../tasks/teardown.js";
import { TestAssembleQualityData } from "../tasks/test-assemble-quality-data.js";
import { TestQualityL0Metrics } from "../tasks/test-quality-l0-metrics.js";
import { TransferL0Data } from "../tasks/transfer-l0-data.js";
import { TransferL1Data } from "../tasks/transfer-l1-data.js";
import { TransferTrialData } from "../tasks/transfer-trial-data.js";
import { TrialTeardown } from "../tasks/trial-teardown.js";
import { WriteL1Data } from "../tasks/write-l1-data.js";

/** A workflow of one Task, to run it again by hand on what a recipe run has left in scratch. */
function alone(detail: string, task: TaskClass): Workflow {
  return new Workflow({ inputData: "input", outputData: "output", category: "test", detail }).addNode(task);
}

export const transferInputData = alone("transfer-input-data", TransferL0Data);
export const parseInputData = alone("parse-input-data", ParseL0TestInputData);
export const qualityL0Metrics = alone("quality-l0-metrics", TestQualityL0Metrics);
export const qualityL1Metrics = alone("quality-l1-metrics", QualityL1Metrics);
export const qualityAssembleData = alone("quality-assemble-data", TestAssembleQualityData);
export const generateCalibratedData = alone("generate-calibrated-data", GenerateCalibratedData);
export const makeTestMovieFrames = alone("make-test-movie-frames", MakeTestMovieFrames);
export const assembleTestMovie = alone("assemble-test-movie", AssembleTestMovie);
export const writeL1 = alone("write-l1", WriteL1Data);
export const transferOutputData = alone("transfer-output-data", TransferL1Data);
export const transferTrialData = alone("transfer-trial-data", TransferTrialData);
export const submitDatasetMetadata = alone("submit-dataset-metadata", SubmitDatasetMetadata);
export const publishCatalogMessages = alone("publish-messages", PublishCatalogAndQualityMessages);
export const teardown = alone("teardown", Teardown);
export const trialTeardown = alone("trial-teardown", TrialTeardown);
export const createTrialInventory = alone("create-trial-inventory", CreateTrialDatasetInventory);
export const createTrialAsdf = alone("create-trial-asdf", CreateTrialAsdf);
export const createTrialQualityReport = alone("create-trial-quality", CreateTrialQualityReport);
export const manualWithProvenance = alone("manual-with-provenance", ManualWithProvenance);
export const manualWithoutProvenance = alone("manual-without-provenance", ManualWithoutProvenance);
