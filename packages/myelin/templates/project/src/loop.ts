/** `npm run loop`: trains in Node. */
import { train } from "./network.ts";

await train(300, (line) => console.log(line));
