/** When the steps of one process compute and when its messages travel: `--trace`. */
import type { Phase } from "@myelin/core/training";

/** A stretch of time, in milliseconds since 1970. */
export interface Stretch {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  /** Of a message. */
  readonly bytes?: number;
}

/** How much of the time of messages is hidden. */
export interface Overlap {
  /** Milliseconds of all sums of gradients. */
  readonly communication: number;
  /** Those of them in which a backward pass ran. */
  readonly hidden: number;
}

/** Writes down what a process does. */
export class Trace {
  readonly phases: Stretch[] = [];
  readonly calls: Stretch[] = [];
  #running: { readonly name: Phase; readonly begin: number } | undefined;

  /** A step goes on to something else. */
  phase(name: Phase): void {
    const now = performance.timeOrigin + performance.now();
    if (this.#running) this.phases.push({ ...this.#running, end: now });
    this.#running = name === "step done" ? undefined : { name, begin: now };
  }

  /** A message was exchanged. */
  call(times: Stretch): void {
    this.calls.push(times);
  }

  /** How much of the sums of gradients ran behind backward passes. */
  overlap(): Overlap {
    const backward = this.phases.filter(({ name }) => name === "backward");
    const sums = this.calls.filter(({ name }) => name === "sum");
    let [communication, hidden] = [0, 0];
    for (const { begin, end } of sums) {
      communication += end - begin;
      for (const pass of backward) {
        hidden += Math.max(0, Math.min(end, pass.end) - Math.max(begin, pass.begin));
      }
    }
    return { communication, hidden };
  }

  /** The form that chrome://tracing and Perfetto show. */
  toChrome(rank: number): string {
    const event = (tid: string) => {
      return ({ name, begin, end, bytes }: Stretch) => ({
        ...{ name, ph: "X", pid: rank, tid, ts: begin * 1000, dur: (end - begin) * 1000 },
        ...(bytes !== undefined && { args: { bytes } }),
      });
    };
    const events = [...this.phases.map(event("compute")), ...this.calls.map(event("messages"))];
    return `${JSON.stringify({ traceEvents: events, overlap: this.overlap() })}\n`;
  }

  /** A drawing of the last steps: compute above, messages below. */
  toSvg(steps = 4): string {
    const ends = this.phases.filter(({ name }) => name === "update").map(({ end }) => end);
    const to = ends.at(-1) ?? 0;
    const from = ends.at(-steps - 1) ?? this.phases[0]?.begin ?? 0;
    const x = (time: number): number => (960 * (time - from)) / Math.max(1e-3, to - from) + 20;
    const bar = (y: number, colour: (name: string) => string) => {
      return ({ name, begin, end, bytes }: Stretch) =>
        `<rect x="${x(begin).toFixed(2)}" y="${y}" width="${Math.max(0.5, x(end) - x(begin)).toFixed(2)}" height="28" ` +
        `fill="${colour(name)}"><title>${name} ${(end - begin).toFixed(2)} ms${bytes === undefined ? "" : `, ${bytes} bytes`}</title></rect>`;
    };
    const inside = ({ begin, end }: Stretch): boolean => begin >= from && end <= to;
    const bars = [
      ...this.phases.filter(inside).map(bar(30, (name) => COLOURS[name] ?? "#9aa4b2")),
      ...this.calls.filter(inside).map(bar(66, (name) => (name === "sum" ? "#b3541e" : "#c9a227"))),
    ];
    const { communication, hidden } = this.overlap();
    const share = communication === 0 ? 0 : (100 * hidden) / communication;
    const text =
      `above: forward (light), backward (dark), waiting (red), update (green); below: messages. ` +
      `${share.toFixed(0)} % of ${communication.toFixed(0)} ms of gradient sums ran behind backward passes`;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 120" font-family="sans-serif" font-size="12">` +
      `<text x="20" y="18">${text}</text>${bars.join("")}<text x="20" y="112">${(to - from).toFixed(1)} ms, ${steps} steps</text></svg>\n`
    );
  }
}

const COLOURS: Readonly<Record<string, string>> = {
  forward: "#8fb4d9",
  backward: "#2b5d8c",
  wait: "#c0392b",
  update: "#4c9a6a",
};
