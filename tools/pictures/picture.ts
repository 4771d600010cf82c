/** A picture of a lesson and how it is drawn. */
export interface Picture {
  /** The name of its file, without the ending. */
  readonly name: string;
  /** What it costs: those that take less than a second are drawn again by a test. */
  readonly cost: "quick" | "slow";
  /** A data set that has to be there, beside MNIST. */
  readonly needs?: string;
  /** Draws it; the same bytes every time. */
  draw(): Promise<string>;
}
