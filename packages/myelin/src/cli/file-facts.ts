/** Facts about a data file, ready to be printed. */
export type FileFacts = Readonly<Record<string, string | number | readonly number[] | null>>;

/** What `data info` says about a file. */
export interface FileDescription {
  /** What the file holds. */
  readonly facts: FileFacts;
  /** What people should know besides. */
  readonly notes: FileFacts;
  /** For programs: how much of a recording was passed over, and why, and what is odd about its times, if anything. */
  readonly counts?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
