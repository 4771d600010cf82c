/** `npm run dev`: trains in the page. */
import { train } from "./network.ts";

const log = document.querySelector("#log")!;
await train(300, (line) => log.append(`${line}\n`));
log.append("done\n");
