import type { Split } from "../dataset-spec.ts";

/** A file of one's own with its class. */
export interface ClassFile {
  readonly path: string;
  /** Undefined where the data have no parts yet. */
  readonly split: Split | undefined;
  readonly className: string;
}
