import { FormatError } from "../../errors.ts";

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Equations that say nothing, or something else than what they may say. */
export class EquationError extends FormatError implements Place {
  override name = "EquationError";
  readonly line: number;
  readonly column: number;

  /**
   * @param owner whose equations they are, such as `AdaptiveLIF.equations`
   * @param text `expected <what>, got <value>. <one hint>`
   */
  constructor(owner: string, { line, column }: Place, text: string) {
    super(`${owner}, line ${line}, column ${column}: ${text}`);
    this.line = line;
    this.column = column;
  }
}
