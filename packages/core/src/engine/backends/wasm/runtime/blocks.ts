/**
 * How kernels that are fused over time cut a step's elements.
 * By the size of a step alone: a block's row of two pages, and eight threads get a share.
 * Measured in bench/LAB.md, Neurons and Threads.
 */

/**
 * A block's values at one step lie together, those of the next step a whole step further. Processors fetch ahead within
 * a page of 4 KB, so a row of two pages is read at full speed, and a few rows of states fit the first-level cache.
 */
const LONGEST_ROW = 2048;

/** Elements per block of a kernel that is fused over time; a function of the shape alone, since partial sums are taken per block. */
export function elementsPerBlock(size: number): number {
  const shared = Math.ceil(size / 8 / 16) * 16;
  return Math.max(16, Math.min(shared, LONGEST_ROW));
}
