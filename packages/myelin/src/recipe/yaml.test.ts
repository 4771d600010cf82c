/** What YAML allows and recipes do not, told in words for people. */
import { expect, it } from "vitest";
import { parseRecipe, RecipeError } from "./index.ts";

const TEXT = `name: small
data: { name: mnist }
timeSteps: 4
network: { type: mlp, neuron: { type: LIF }, hidden: [32] }
optimizer: { type: adam, lr: 0.01 }
epochs: 1
batchSize: 10
`;

it.each([
  ["data: { name: mnist }", "data:\n\tname: mnist", "expected YAML, got a tab; indent with spaces."],
  ["epochs: 1", "epochs: 1\nepochs: 2", "a key that stands in this section already."],
  ["epochs: 1", "epochs 1", "a line that is no key: value"],
  ["epochs: 1", "epochs: !include 1", "a tag (!name) that is not known."],
  ["epochs: 1", "epochs: 1\n? [1, 2]\n: 3", "a key that is no text."],
  ["batchSize: 10", "batchSize: 10\n---\nname: other", "a second document behind ---"],
  ["data: { name: mnist }", "data: &data { name: *data }", "a section that holds itself."],
  ["lr: 0.01", "lr: .nan", "optimizer.lr: expected a number, got NaN."],
  ["[32]", "[32], batchNorm: off", 'network.batchNorm: expected true or false, got "off".'],
  ["epochs: 1", "epochs: '1'", 'epochs: expected a number, got "1".'],
])("%j written as %j", (right, wrong, message) => {
  expect(() => parseRecipe(TEXT.replace(right, wrong))).toThrow(message);
  expect(() => parseRecipe(TEXT.replace(right, wrong))).toThrow(RecipeError);
});

it("merges sections", () => {
  expect(
    parseRecipe(TEXT.replace("{ name: mnist }", "{ <<: { name: mnist }, limit: 5 }")).data,
  ).toMatchObject({
    ...{ name: "mnist", limit: 5 },
  });
});
