/**
 * How kernels that are fused over time cut a step's elements.
 * By the shape alone: all steps of a block stay in the second-level cache, and eight threads get a share.
 * Measured in bench/LAB.md, Neurons and Threads.
 */

/** Values of a block of elements over all steps that stay in the second-level cache. */
const BLOCK_VALUES = 32768;

/** Elements per block of a kernel that is fused over time; a function of the shape alone, since partial sums are taken per block. */
export function elementsPerBlock(steps: number, size: number): number {
  const fitting = Math.floor(BLOCK_VALUES / steps / 16) * 16;
  const shared = Math.ceil(size / 8 / 16) * 16;
  return Math.max(16, Math.min(fitting, shared, 4096));
}
