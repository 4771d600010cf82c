/** A reader, and files for it. */
export interface Target {
  readonly name: string;
  /** How much of the files it gets, 1 if left out: less for readers that are slow. */
  readonly share?: number;
  /**
   * Whether the reader works in a thread of its own that is given up, as that of HDF5 does: here it runs in the child
   * itself, so that a hang is counted and no finding.
   */
  readonly mayHang?: boolean;
  /** Whole files, which are then damaged. */
  files(): Promise<readonly Uint8Array[]>;
  /**
   * Reads a file to its end, as a user does, and looks at what came out.
   *
   * @throws MyelinError for a damaged file; anything else is a finding
   */
  read(bytes: Uint8Array): unknown;
}
