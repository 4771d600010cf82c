import { add, type Tensor } from "../engine/index.ts";
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
    const side = this.shortcut === undefined ? x : this.shortcut.forward(x);
    return add(this.branch.forward(x), side, this.label);
  }
}
