/** The worker that reads spike files in browsers, from their bytes. */
import { MyelinError } from "@myelin/core";
import { serveSpikes } from "./serve-spikes.ts";

serveSpikes((file) => {
  throw new MyelinError(`readSpikes: expected the bytes of a file, got the path ${file}. Read it first.`);
});
