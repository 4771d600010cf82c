import { FormatError } from "@myelin/core";
import { openEventFolder } from "@myelin/data";
import type { Recipe } from "../../recipe/index.ts";
import type { DataTable, Samples } from "./samples.ts";

/**
 * Classes and sensor of a folder of one's own, found once for all of its splits; nothing for data that have them in
 * their description.
 */
export async function findTable({ data }: Recipe): Promise<DataTable | undefined> {
  if (data.name !== "event-folder") return undefined;
  const { sensor: stated, camera, test, splitSeed } = data;
  const { classNames, sensor } = await openEventFolder(data.path, {
    sensor: stated,
    camera,
    test,
    splitSeed,
  });
  return { classNames, sensor: [sensor.width, sensor.height] };
}

/**
 * Compares the classes of samples with those a run was begun with.
 *
 * @throws FormatError unless they are the same in the same order
 */
export function requireSameClasses({ name, classNames }: Samples, table: DataTable | undefined): void {
  if (!table) return;
  const { classNames: known } = table;
  if (known.length === classNames.length && known.every((own, label) => own === classNames[label])) return;
  throw new FormatError(
    `${name}: expected the classes that the network was trained on, ${known.join(", ")}, got ${classNames.join(", ")}. ` +
      `The data have changed since: bring them back, or train again.`,
  );
}
