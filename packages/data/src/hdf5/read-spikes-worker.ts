/** The thread that reads spike files in Node. */
import { contentsFrom } from "./read-spikes.ts";
import { serveSpikes } from "./serve-spikes.ts";

serveSpikes(async (file, request) => {
  const library = await import("../h5wasm-node.ts");
  await library.ready;
  return contentsFrom(library, file, request);
});
