import { FormatError } from "@myelin/core";
import { appendFile, readFile, stat, truncate } from "node:fs/promises";
import { appendWhole, codeOf, onDisk, unreadable } from "@myelin/data/files";
import {
  CURE,
  requireForm,
  metricsSchema,
  type EpochMetrics,
  type TrainingMetrics,
} from "../records/index.ts";

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
   * The lines of the first `bytes` bytes.
   *
   * @throws FormatError if the file is shorter than that, or they are no whole lines
   */
  async read(bytes: number): Promise<Line[]> {
    const contents = await contentsOf(this.#file);
    if (contents.length < bytes) throw this.#tooShort(bytes, contents.length);
    return parseLines(this.#file, contents.subarray(0, bytes).toString("utf8"));
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
    if (size < bytes) throw this.#tooShort(bytes, size);
    await onDisk(this.#file, async () => {
      if (size === 0) await appendFile(this.#file, "");
      else await truncate(this.#file, bytes);
    });
    this.#bytes = bytes;
  }

  #tooShort(expected: number, got: number): FormatError {
    return new FormatError(
      `${this.#file}: expected at least ${expected} bytes, as the checkpoint says, got ${got}. ` +
        "The file was changed; start anew with another --out.",
    );
  }

  /** Adds a line; when that fails, none of it stays. */
  async append(line: Line): Promise<void> {
    this.#bytes += await appendWhole(this.#file, `${JSON.stringify(line)}\n`, this.#bytes);
  }
}

/**
 * Reads the lines of metrics.jsonl; none if there is no such file.
 *
 * @throws FormatError if it cannot be read, for a line that is not JSON, or has another form
 */
export async function readMetrics(file: string): Promise<Line[]> {
  return parseLines(file, (await contentsOf(file)).toString("utf8"));
}

/** Nothing of a file that is not there. */
function contentsOf(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    if (codeOf(cause) === "ENOENT") return Buffer.alloc(0);
    throw new FormatError(`${file}: expected the metrics of a run, got ${unreadable(cause)}. ${CURE}`, {
      cause,
    });
  });
}

function parseLines(file: string, text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => parseLine(file, line, index + 1));
}

function parseLine(file: string, line: string, number: number): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new FormatError(`${file}:${number}: expected a line of JSON, got "${line.slice(0, 40)}". ${CURE}`, {
      cause,
    });
  }
  return requireForm(`${file}:${number}`, value, metricsSchema);
}
