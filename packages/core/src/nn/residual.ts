import { add, runningStream, type Tensor } from "../engine/index.ts";
import { checkModule } from "./check-module.ts";
import { Module } from "./module.ts";

/**
 * y = branch(x) + shortcut(x), the shortcut being the identity unless given.
 *
 * @throws ShapeError if the two sides differ in shape
 */
export class Residual extends Module {
  readonly branch: Module;
  readonly shortcut: Module | undefined;

  constructor(branch: Module, shortcut?: Module) {
    super();
    this.branch = checkModule("Residual.branch", branch);
    this.shortcut = shortcut === undefined ? undefined : checkModule("Residual.shortcut", shortcut);
  }

  forward(x: Tensor): Tensor {
    const side = this.#side(x);
    return this.scoped(() => add(this.branch.forward(x), side));
  }

  #side(x: Tensor): Tensor {
    const { shortcut } = this;
    if (shortcut === undefined) return x;
    const streaming = runningStream();
    return streaming === undefined ? shortcut.forward(x) : streaming.beside(() => shortcut.forward(x));
  }
}
