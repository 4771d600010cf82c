import { inTimeOrder } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";

/** Events as they are found, pixel by pixel; `finish` puts them into order of time. */
export class EventList {
  #t = new Float64Array(1024);
  #x = new Uint16Array(1024);
  #y = new Uint16Array(1024);
  #p = new Uint8Array(1024);
  #length = 0;

  /** Adds an event. */
  add(t: number, x: number, y: number, p: number): void {
    const i = this.#length;
    if (i === this.#t.length) this.#grow();
    this.#t[i] = t;
    this.#x[i] = x;
    this.#y[i] = y;
    this.#p[i] = p;
    this.#length = i + 1;
  }

  /** As `finish`, and the list is empty again. */
  take(width: number, height: number): Events {
    const events = this.finish(width, height);
    this.#length = 0;
    return events;
  }

  /** All events in order of time; those of the same microsecond in the order in which they were added. */
  finish(width: number, height: number): Events {
    const length = this.#length;
    return inTimeOrder({
      width,
      height,
      length,
      t: this.#t.slice(0, length),
      x: this.#x.slice(0, length),
      y: this.#y.slice(0, length),
      p: this.#p.slice(0, length),
    });
  }

  #grow(): void {
    const length = 2 * this.#t.length;
    const { t, x, y, p } = { t: this.#t, x: this.#x, y: this.#y, p: this.#p };
    this.#t = new Float64Array(length);
    this.#x = new Uint16Array(length);
    this.#y = new Uint16Array(length);
    this.#p = new Uint8Array(length);
    this.#t.set(t);
    this.#x.set(x);
    this.#y.set(y);
    this.#p.set(p);
  }
}
