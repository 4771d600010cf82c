/** The thread that reads spike files in Node. */
import { spikesFrom } from "./read-spikes.ts";
import { serveSpikes } from "./serve-spikes.ts";

serveSpikes(async (file, options, fileBytes) => {
  const library = await import("h5wasm/node");
  await library.ready;
  return spikesFrom(library, file, options, fileBytes);
});
