import { FormatError } from "@myelin/core";
import { appendFile, readFile, stat, truncate } from "node:fs/promises";
import { onDisk } from "@myelin/data/files";
import type { EpochMetrics, TrainingMetrics } from "./record.ts";

type Line = TrainingMetrics | EpochMetrics;

/** metrics.jsonl of a run: one JSON object a line, whole lines only. */
export class MetricsLog {
  readonly #file: string;
  #bytes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Length of the file in bytes: what a checkpoint remembers. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Cuts the file back to where a checkpoint found it, so that continued training writes no line twice.
   *
   * @throws FormatError if the file is shorter than that
   */
  async rewind(bytes: number): Promise<void> {
    const size = await stat(this.#file).then(
      (found) => found.size,
      () => 0,
    );
    if (size < bytes) {
      throw new FormatError(
        `${this.#file}: expected at least ${bytes} bytes, as the checkpoint says, got ${size}. ` +
          "The file was changed; start anew with another --out.",
      );
    }
    await onDisk(this.#file, async () => {
      if (size === 0) await appendFile(this.#file, "");
      else await truncate(this.#file, bytes);
    });
    this.#bytes = bytes;
  }

  /** Adds a line; when that fails, none of it stays. */
  async append(line: Line): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    await onDisk(this.#file, async () => {
      try {
        await appendFile(this.#file, text);
      } catch (error) {
        await truncate(this.#file, this.#bytes).catch(() => {});
        throw error;
      }
    });
    this.#bytes += Buffer.byteLength(text);
  }
}

/**
 * Reads the lines of metrics.jsonl; none if there is no such file.
 *
 * @throws FormatError for a line that is not JSON
 */
export async function readMetrics(file: string): Promise<Line[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => parseLine(file, line, index + 1));
}

function parseLine(file: string, line: string, number: number): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (cause) {
    throw new FormatError(`${file}:${number}: expected a line of JSON, got "${line.slice(0, 40)}".`, {
      cause,
    });
  }
}
