import { completed } from "../../src/engine/composites/index.ts";
import { createReferenceBackend } from "../../src/engine/backends/reference/index.ts";
import { runBackendSuite } from "./suite.ts";

const DEFAULTS = {
  ...{ conv: undefined, pool: undefined, batchNorm: undefined, dropout: undefined, encode: undefined },
  optimiser: undefined,
  ...{ sparse: undefined, patterns: undefined, attention: undefined, delay: undefined },
};
const FAMILIES = [
  "convolutions",
  "delays",
  "pooling",
  "normalisation",
  "sequences",
  "sparse",
  "attention",
  "losses",
];

function makeBackend() {
  const reference = createReferenceBackend();
  const { softmax, crossEntropy } = reference.loss;
  const loss = { softmax, crossEntropy };
  return completed({ ...reference, ...DEFAULTS, loss, dispose: () => reference.dispose() });
}

runBackendSuite("the defaults of groups on the reference", makeBackend, FAMILIES);
