import { FormatError } from "@myelin/core";
import { readEventFile, type EventRecordings, type Split } from "@myelin/data";
import { readdir } from "node:fs/promises";
import path from "node:path";

interface LabelledFile {
  readonly file: string;
  readonly label: number;
}

/**
 * Recordings of a folder of one's own: `train/CLASS/FILE` and `test/CLASS/FILE`, in any event format. Classes are
 * numbered in the order of their names.
 *
 * @throws FormatError if there is no such folder, or none of a class in it
 */
export async function openEventFolder(folder: string, split: Split): Promise<EventRecordings> {
  const base = path.join(folder, split);
  const classNames = (await entries(base)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const files: LabelledFile[] = [];
  for (const [label, name] of classNames.entries()) {
    const inside = (await entries(path.join(base, name))).filter((entry) => entry.isFile());
    files.push(...inside.map((entry) => ({ file: path.join(base, name, entry.name), label })));
  }
  const first = files[0];
  if (first === undefined) {
    throw new FormatError(
      `${base}: expected a folder of recordings for each class, got none. Arrange them as ${split}/CLASS/FILE.`,
    );
  }
  const { width, height } = await readEventFile(first.file);
  return {
    ...{ name: path.basename(path.resolve(folder)), count: files.length, classNames, width, height },
    labels: Uint32Array.from(files, ({ label }) => label),
    read: (index) => readEventFile(files[index]?.file ?? ""),
    close: () => Promise.resolve(),
  };
}

async function entries(folder: string): Promise<Awaited<ReturnType<typeof visible>>> {
  try {
    return await visible(folder);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new FormatError(`${folder}: expected a folder of recordings, got ${reason}. Check data.path.`, {
      cause,
    });
  }
}

/** What is in a folder, by name, without hidden files. */
async function visible(folder: string) {
  const found = await readdir(folder, { withFileTypes: true });
  return found.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
}
