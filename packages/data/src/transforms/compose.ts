import { checkFunction } from "@myelin/core/checks";
import type { Transform } from "./transform.ts";

/**
 * Applies transforms one after the other.
 *
 * @example compose(randomCrop({ padding: 4 }), horizontalFlip())
 */
export function compose(...transforms: readonly Transform[]): Transform {
  for (const [i, transform] of transforms.entries()) checkFunction(`compose[${i}]`, transform);
  let scratch = [new Float32Array(0), new Float32Array(0)] as const;
  const last = transforms.length - 1;
  return (input, output, size, random) => {
    if (last < 0) output.set(input);
    if (scratch[0].length !== input.length) {
      scratch = [new Float32Array(input.length), new Float32Array(input.length)];
    }
    let source = input;
    transforms.forEach((transform, i) => {
      const target = i === last ? output : scratch[i % 2 === 0 ? 0 : 1];
      transform(source, target, size, random);
      source = target;
    });
  };
}
