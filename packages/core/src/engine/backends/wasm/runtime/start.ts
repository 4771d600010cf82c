/**
 * Puts a runtime together: heap, records, threads and their scratch memory.
 * The heap is guarded where canaries are asked for, which is slower; see docs/checks.md.
 * Once per engine; the start-up time is measured by tools/checks/startup.alone.test.ts.
 */
import { GuardedHeap } from "./guarded-heap.ts";
import { Heap } from "./heap.ts";
import type { KernelModule } from "./kernel-module.ts";
import { RECORD_BYTES, RecordBlock } from "./records.ts";
import { Runtime, SCRATCH_BYTES } from "./runtime.ts";
import { CONTROL_BYTES, ThreadPool } from "./thread-pool.ts";

/** Below this address the compiled kernels keep their constants. */
const HEAP_START = 65536;

/**
 * A runtime whose threads are ready.
 * @param guarded whether canaries around every block are looked at
 */
export async function startRuntime(
  { module, memory, limit, simd }: KernelModule,
  threads: number,
  guarded: boolean,
): Promise<Runtime> {
  const guard = guarded ? new GuardedHeap(memory, HEAP_START, limit) : undefined;
  const heap = guard ?? new Heap(memory, HEAP_START, limit);
  const records = new RecordBlock(memory, heap.allocate(RECORD_BYTES));
  const control = heap.allocate(CONTROL_BYTES);
  const scratch = Array.from({ length: threads }, () => heap.allocate(SCRATCH_BYTES));
  const pool = new ThreadPool({ module, memory, control, scratch });
  await pool.start();
  return new Runtime({ simd, threads, memory, limit, heap, guard, pool, records });
}
