import { Random, ShapeError } from "@myelin/core";
import { checkInstance, checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import type { SensorSize } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";
import { cameraSettings, type CameraOptions, type CameraSettings } from "./camera-options.ts";
import { EventList } from "./event-list.ts";

/** A pixel at full brightness has this part of a dark pixel's shot noise. */
const BRIGHT_NOISE = 0.25;

/** Thresholds are at least this part of their mean, however unlucky the draw. */
const SMALLEST_THRESHOLD = 0.1;

/** Rounding may move a crossing by less than this, microseconds. */
const TIME_TOLERANCE = 1e-6;

/** Differences below this part of a threshold have surely not crossed it, whatever the rounding. */
const QUIET = 1 - 1e-9;

const MAX_SIDE = 0xffff;

/**
 * A camera that sends an event where a pixel becomes brighter or darker. With intensity I in 0 .. 1, each pixel has
 *
 *   1. L = ln(I + darkLevel)                                      between two frames L runs in a straight line
 *   2. d = L - M                                                  M: what the pixel remembers
 *      dM/dt = -leakRateHz * thetaOn                              its memory leaks towards ON events
 *   3. an ON event when d >= thetaOn, an OFF event when d <= -thetaOff, at the very moment of crossing
 *   4. after an event the pixel is blind for refractoryUs; then M = L, so d = 0
 *
 * Each pixel has thresholds of its own, `theta * (1 + mismatch * normal)`. Shot noise adds events at the times of a
 * Poisson process with rate `shotNoiseHz (1 - 0.75 I)`, ON or OFF with equal chance; they count as events in step 4.
 * Times are rounded to whole microseconds.
 *
 * @source Lichtsteiner, Posch & Delbruck 2008, "A 128x128 120 dB 15 us latency asynchronous temporal contrast vision
 * sensor"; mismatch, leak and shot noise after Hu, Liu & Delbruck 2021, "v2e: From Video Frames to Realistic DVS
 * Events", with exact times of crossing and without its limits of bandwidth
 */
export class EventCamera {
  readonly #size: SensorSize;
  readonly #settings: CameraSettings;
  readonly #random: Random;
  readonly #events = new EventList();
  readonly #thetaOn: Float64Array;
  readonly #thetaOff: Float64Array;
  /** At #time, for each pixel: intensity, L, and d. */
  readonly #intensity: Float32Array;
  readonly #level: Float64Array;
  readonly #difference: Float64Array;
  /** For each pixel: when it sees again, and when shot noise strikes next. */
  readonly #seesAgain: Float64Array;
  readonly #nextNoise: Float64Array;
  #time = -Infinity;

  /**
   * @param random draws thresholds and noise; the same stream gives the same events
   * @throws MyelinError for sizes or options out of range
   */
  constructor(size: SensorSize, options: CameraOptions, random: Random) {
    checkOptions("EventCamera.size", size, { width: true, height: true }, "{ width: 34, height: 34 }");
    checkInstance("EventCamera.random", random, Random, "a generator such as new Random(1)");
    const bounds = { min: 1, max: MAX_SIDE };
    checkInteger("EventCamera.width", size.width, bounds, "Sizes are in pixels.");
    checkInteger("EventCamera.height", size.height, bounds, "Sizes are in pixels.");
    const pixels = size.width * size.height;
    this.#size = { width: size.width, height: size.height };
    this.#settings = cameraSettings(options);
    this.#random = random;
    this.#thetaOn = this.#drawThresholds(pixels, this.#settings.thresholdOn);
    this.#thetaOff = this.#drawThresholds(pixels, this.#settings.thresholdOff);
    this.#intensity = new Float32Array(pixels);
    this.#level = new Float64Array(pixels);
    this.#difference = new Float64Array(pixels);
    this.#seesAgain = new Float64Array(pixels).fill(-Infinity);
    this.#nextNoise = new Float64Array(pixels);
  }

  /**
   * Shows the camera the next frame. The first one sets what the pixels remember and makes no events.
   *
   * @param intensity f32 [H, W], 0 .. 1; values outside are held within
   * @param timeUs when, microseconds; later than the frame before
   * @throws MyelinError for another number of pixels, or a time that is not later
   */
  see(intensity: Float32Array, timeUs: number): void {
    this.#checkFrame(intensity, timeUs);
    if (this.#time === -Infinity) this.#begin(intensity, timeUs);
    else this.#follow(intensity, timeUs);
    this.#time = timeUs;
  }

  /**
   * What the camera has sent since it was last asked so, in order of time, and keeps no longer: for videos without end.
   * However often it is asked, together this is what `events` gives of the whole video.
   */
  take(): Events {
    return this.#events.take(this.#size.width, this.#size.height);
  }

  /** Everything the camera has sent that was not taken, in order of time. */
  events(): Events {
    return this.#events.finish(this.#size.width, this.#size.height);
  }

  #begin(intensity: Float32Array, timeUs: number): void {
    for (let pixel = 0; pixel < intensity.length; pixel++) {
      this.#intensity[pixel] = clamp(intensity[pixel]!);
      this.#level[pixel] = this.#logarithm(this.#intensity[pixel]!);
      this.#nextNoise[pixel] = this.#drawNoise(timeUs);
    }
  }

  /** Lets every pixel follow a straight line to the level of its new intensity. */
  #follow(seen: Float32Array, end: number): void {
    const duration = end - this.#time;
    const leak = this.#settings.leakRateHz * 1e-6 * duration;
    for (let pixel = 0; pixel < seen.length; pixel++) {
      const before = this.#intensity[pixel]!;
      const intensity = Math.fround(clamp(seen[pixel]!));
      const level = this.#level[pixel]!;
      const target = intensity === before ? level : this.#logarithm(intensity);
      const change = target - level + leak * this.#thetaOn[pixel]!;
      this.#intensity[pixel] = intensity;
      this.#level[pixel] = target;
      const difference = this.#difference[pixel]! + change;
      if (this.#isQuiet(pixel, difference, end)) this.#difference[pixel] = difference;
      else this.#fire(pixel, change / duration, end, before);
    }
  }

  /** Whether a pixel that sees all the time until `end`, where it has `difference`, sends nothing. */
  #isQuiet(pixel: number, difference: number, end: number): boolean {
    return (
      difference < this.#thetaOn[pixel]! * QUIET &&
      difference > -this.#thetaOff[pixel]! * QUIET &&
      this.#seesAgain[pixel]! <= this.#time &&
      this.#nextNoise[pixel]! > end
    );
  }

  /** Sends the events of a pixel until `end`, while d changes by `slope` a microsecond. */
  #fire(pixel: number, slope: number, end: number, intensity: number): void {
    const theta = slope > 0 ? this.#thetaOn[pixel]! : -this.#thetaOff[pixel]!;
    let time = this.#time;
    let difference = this.#difference[pixel]!;
    for (;;) {
      time = Math.max(time, Math.min(this.#seesAgain[pixel]!, end));
      const blind = this.#seesAgain[pixel]! > end;
      const crossing = blind || slope === 0 ? Infinity : time + Math.max(0, (theta - difference) / slope);
      const noise = this.#nextNoise[pixel]!;
      if (Math.min(crossing, noise) > end + TIME_TOLERANCE) {
        this.#difference[pixel] = blind ? 0 : difference + slope * (end - time);
        return;
      }
      if (noise < crossing) {
        this.#nextNoise[pixel] = this.#drawNoise(noise);
        const polarity = this.#random.nextUint32() & 1;
        const heard = noise >= this.#seesAgain[pixel]! && this.#isNoisy(intensity);
        if (!heard) continue;
        this.#send(pixel, Math.min(noise, end), polarity);
        time = noise;
      } else {
        time = Math.min(crossing, end);
        this.#send(pixel, time, slope > 0 ? 1 : 0);
      }
      difference = 0;
    }
  }

  #send(pixel: number, time: number, polarity: number): void {
    const { width } = this.#size;
    const x = pixel % width;
    this.#events.add(Math.round(time), x, (pixel - x) / width, polarity);
    this.#seesAgain[pixel] = time + this.#settings.refractoryUs;
  }

  #logarithm(intensity: number): number {
    return Math.log(intensity + this.#settings.darkLevel);
  }

  #isNoisy(intensity: number): boolean {
    return this.#random.uniform() < 1 - (1 - BRIGHT_NOISE) * intensity;
  }

  #drawNoise(after: number): number {
    const { shotNoiseHz } = this.#settings;
    if (shotNoiseHz === 0) return Infinity;
    return after - (Math.log(1 - this.#random.uniform()) / shotNoiseHz) * 1e6;
  }

  #drawThresholds(pixels: number, mean: number): Float64Array {
    const { mismatch } = this.#settings;
    if (mismatch === 0) return new Float64Array(pixels).fill(mean);
    return Float64Array.from(
      { length: pixels },
      () => mean * Math.max(SMALLEST_THRESHOLD, 1 + mismatch * this.#random.normal()),
    );
  }

  #checkFrame(intensity: Float32Array, timeUs: number): void {
    const { width, height } = this.#size;
    checkInstance("EventCamera.see.intensity", intensity, Float32Array, "a Float32Array of pixels, 0 .. 1");
    checkNumber("EventCamera.see.timeUs", timeUs, {}, "It is in microseconds.");
    if (intensity.length !== width * height) {
      throw new ShapeError(
        `EventCamera.see: expected ${height} x ${width} = ${width * height} pixels, got ${intensity.length}. ` +
          `Frames are grey, rows one after the other.`,
      );
    }
    if (timeUs > this.#time) return;
    throw new ShapeError(
      `EventCamera.see: expected a time after ${this.#time} us, got ${timeUs}. Show frames in order of time.`,
    );
  }
}

/** Intensities outside 0 .. 1 are held within; what is not a number is dark. */
function clamp(intensity: number): number {
  return intensity > 0 ? Math.min(intensity, 1) : 0;
}
