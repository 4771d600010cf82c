/** `npm run pictures`: draws the pictures of the lessons again. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PICTURES } from "./index.ts";

const HELP = `npm run pictures -- [NAME...]

Draws the pictures of docs/lessons, all or those whose names begin so. Some need data sets beside MNIST: without them they stay as
they are.`;

/** Runs the command; returns its exit code. */
export async function main(args: readonly string[], folder: string): Promise<number> {
  const chosen = PICTURES.filter(
    ({ name }) => args.length === 0 || args.some((begin) => name.startsWith(begin)),
  );
  if (chosen.length === 0) {
    console.error(`${HELP}\n\n${PICTURES.map(({ name }) => name).join("\n")}`);
    return 2;
  }
  for (const { name, needs, draw } of chosen) {
    const picture = await draw().catch((cause: unknown) => {
      if (needs === undefined) throw cause;
      console.log(`${name}.svg stays as it is: ${String(cause)}`);
      return undefined;
    });
    if (picture === undefined) continue;
    await writeFile(path.join(folder, `${name}.svg`), picture);
    console.log(`${name}.svg, ${(picture.length / 1024).toFixed(0)} KiB`);
  }
  return 0;
}
