import { describe, expect, it } from "vitest";
import type { Job, Outcome, Place } from "../places/index.ts";
import { work, type Source } from "./work.ts";

/** A place whose jobs end when they are told to. */
class StillPlace implements Place {
  readonly capacity: number;
  readonly running = new Map<string, (outcome: Outcome) => void>();
  most = 0;
  closed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  run({ run }: Job): Promise<Outcome> {
    return new Promise((resolve) => {
      this.running.set(run, resolve);
      this.most = Math.max(this.most, this.running.size);
    });
  }

  end(outcome: Outcome): void {
    const [[run, resolve] = []] = this.running;
    if (run === undefined) return;
    this.running.delete(run);
    resolve?.(outcome);
  }

  stop(): void {
    for (const resolve of this.running.values()) resolve({ state: "interrupted" });
    this.running.clear();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const FAILED: Outcome = { state: "failed", message: "no", worker: "w" };

/** Jobs 0 .. count - 1, of which every third is known already. */
function numbered(count: number, settled: [number, string][]): Source<number> {
  let next = 0;
  return {
    next: () => Promise.resolve(next < count ? next++ : undefined),
    job: (task) => (task % 3 === 0 ? FAILED : ({ run: String(task) } as Job)),
    settle: (task, { state }) => {
      settled.push([task, state]);
      return Promise.resolve();
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("work", () => {
  it("makes every job once, as many at a time as the place takes", async () => {
    const place = new StillPlace(4);
    const settled: [number, string][] = [];
    const all = work(numbered(20, settled), place, { signal: new AbortController().signal });
    for (let i = 0; i < 30; i++) {
      await turn();
      place.end(FAILED);
    }
    await all;
    expect(settled.map(([task]) => task).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(place).toMatchObject({ most: 4, closed: true });
  });

  it("begins nothing after it is stopped, and lets what runs be saved", async () => {
    const stop = new AbortController();
    const place = new StillPlace(2);
    const settled: [number, string][] = [];
    const all = work(numbered(20, settled), place, { signal: stop.signal });
    await turn();
    stop.abort();
    await all;
    expect(settled.filter(([, state]) => state === "interrupted")).toHaveLength(2);
    expect(settled.length).toBeLessThan(6);
  });

  it("ends with the error of a place that cannot go on", async () => {
    const place = new StillPlace(2);
    place.run = () => Promise.reject(new Error("gone"));
    const all = work(numbered(20, []), place, { signal: new AbortController().signal });
    await expect(all).rejects.toThrow("gone");
    expect(place.closed).toBe(true);
  });
});
