/** A class or a function in Python. */
export interface Piece {
  readonly python: string;
  /** Names of others that it uses. */
  readonly needs?: readonly string[];
}
