/** What is in a folder of data of one's own. */
import { MyelinError } from "@myelin/core";
import { describeOwnFolder, type OwnFolderInfo } from "@myelin/data";
import type { FileDescription, FileFacts } from "./file-facts.ts";

/**
 * Classes, numbers of files and sizes in a folder, and how a recipe names it.
 *
 * @throws MyelinError if it holds no data of one's own
 */
export async function describeFolder(folder: string): Promise<FileDescription> {
  const info = await describeOwnFolder(folder);
  if (info === undefined) {
    throw new MyelinError(
      `data info: expected a readable file at ${folder}, got a folder. It holds neither images, sounds in WAV nor recordings ` +
        "in a folder for each class.",
    );
  }
  const { name, classes, isDivided, passedOver, sizes } = info;
  const total = (part: "train" | "test"): number => classes.reduce((sum, own) => sum + own[part], 0);
  const facts: FileFacts = {
    format: name,
    files: total("train") + total("test"),
    parts: isDivided
      ? `train ${total("train")}, test ${total("test")}`
      : "none; recipes draw 20 % of each class for testing",
    classes: classes.length,
    ...Object.fromEntries(classes.map((own) => [`class ${own.name}`, countText(own, isDivided)])),
    ...(sizes && { sizes: sizeText(sizes) }),
    recipe: `data: { name: ${name}, path: ${folder} }`,
  };
  const notes = Object.entries(passedOver).filter(([, count]) => (count as number) > 0);
  return { facts, notes: Object.fromEntries(notes), counts: { passedOver: Object.fromEntries(notes) } };
}

function countText({ train, test }: OwnFolderInfo["classes"][number], isDivided: boolean): string | number {
  return isDivided ? `${train} + ${test}` : train;
}

function sizeText([least, most]: NonNullable<OwnFolderInfo["sizes"]>): string {
  const text = ([width, height]: readonly [number, number]): string => `${width} x ${height}`;
  return text(least) === text(most)
    ? text(most)
    : `${text(least)} to ${text(most)}; say resize in the recipe`;
}
