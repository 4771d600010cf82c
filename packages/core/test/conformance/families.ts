/** Every case of the conformance suite. Nothing here needs the test runner, so that a browser's worker can run it. */
import { attentionCases } from "./attention.ts";
import type { Case } from "./bench.ts";
import { convolutionCases } from "./convolutions.ts";
import { delayCases } from "./delays.ts";
import { elementwiseCases } from "./elementwise.ts";
import { eventCases } from "./events.ts";
import { lossCases } from "./losses.ts";
import { neuronCases } from "./neurons.ts";
import { normalisationCases } from "./normalisation.ts";
import { poolingCases } from "./pooling.ts";
import { productCases } from "./products.ts";
import { sequenceCases } from "./sequences.ts";
import { sparseCases } from "./sparse.ts";

/** The cases by family. */
export const FAMILIES: Readonly<Record<string, readonly Case[]>> = {
  elementwise: elementwiseCases(),
  products: productCases(),
  convolutions: convolutionCases(),
  delays: delayCases(),
  pooling: poolingCases(),
  normalisation: normalisationCases(),
  sequences: sequenceCases(),
  neurons: neuronCases(),
  events: eventCases(),
  losses: lossCases(),
  sparse: sparseCases(),
  attention: attentionCases(),
};
