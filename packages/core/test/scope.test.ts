import { expect, it } from "vitest";
import { inScope, multiply } from "../src/entries/ops.ts";
import { Linear, Module, Sequential, type Tensor, tensor } from "../src/index.ts";
import { withEngine } from "./support/engines.ts";

withEngine("reference");

const failing = (): Tensor => multiply(tensor([1, 2]), tensor([1, 2, 3]));

it("errors of operations carry the innermost scope, and their own name outside of all", () => {
  expect(failing).toThrow(/^multiply: /);
  expect(() => inScope("outer", () => inScope("inner", failing))).toThrow(/^inner: /);
  expect(() => inScope("outer", () => (inScope("inner", () => 1), failing()))).toThrow(/^outer: /);
  expect(failing).toThrow(/^multiply: /);
});

it("a module of one's own names its operations, and leaves those of layers in it theirs", () => {
  class Net extends Module {
    fc = new Linear(2, 2);
    forward(x: Tensor): Tensor {
      return this.scoped(() => multiply(this.fc.forward(x), tensor([1, 2, 3])));
    }
  }
  const network = new Sequential(new Net());
  expect(() => network.forward(tensor([[1, 2]]))).toThrow(/^Sequential\.0 \(Net\): /);
  expect(() => network.forward(tensor([[1, 2, 3]]))).toThrow(/^Sequential\.0\.fc \(Linear\): /);
});
