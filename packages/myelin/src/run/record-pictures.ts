/** What a run records for the pictures of its methods, as plain data: pictures.json and parts of sample.json. */

/** Numbers of a layer with learnable or fixed delays, by layer name, at the end of an epoch. */
export interface DelayMetrics {
  /** Width of the bumps in time steps, as it enters the kernel; 0 where delays are whole steps. */
  readonly sigma?: Readonly<Record<string, number>>;
  /** Mean distance in time steps that positions moved since the epoch before. */
  readonly delayMoves?: Readonly<Record<string, number>>;
}

/** Numbers of a layer with a sparse structure, by layer name, at the end of an epoch. */
export interface StructureMetrics {
  /** Share of the connections that exist, 0..1. */
  readonly density?: Readonly<Record<string, number>>;
  /** Share of the connections that exist now and did not at the end of the epoch before, 0..1. */
  readonly turnover?: Readonly<Record<string, number>>;
  /** Share of all possible connections that existed at the end of some epoch, 0..1. */
  readonly everActive?: Readonly<Record<string, number>>;
}

/** How the delays of a layer are spread: counts of synapses by whole delay, from 0 to the largest. */
export interface LayerDelays {
  readonly name: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** How many connections look at each input value, at the end of an epoch (0: before training). */
export interface InputMap {
  readonly epoch: number;
  readonly height: number;
  readonly width: number;
  /** [height, width]; channels are added up. */
  readonly connections: readonly number[];
}

/** pictures.json */
export interface PicturesRecord {
  readonly delays?: readonly LayerDelays[];
  readonly inputMaps?: readonly InputMap[];
}

/** A sample that is a sequence of images, added up over a few slices of time. */
export interface FramesRecord {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Values [channels, height, width] of the steps `from` .. `to` - 1, added up. */
  readonly slices: readonly {
    readonly from: number;
    readonly to: number;
    readonly values: readonly number[];
  }[];
}

/** A sample that is a sequence of values of units (audio channels): where they are not zero. */
export interface UnitsRecord {
  readonly units: number;
  /** Pairs of time step and unit. */
  readonly events: readonly (readonly [number, number])[];
}

/** The two gates of an attention layer over the sample: what each lets through of its planes, 0..1. */
export interface AttentionRecord {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** [height, width] */
  readonly important: readonly number[];
  readonly rest: readonly number[];
}

/** What reaches one neuron through its delays, and when it fires. */
export interface ArrivalsRecord {
  readonly layer: string;
  readonly neuron: number;
  readonly steps: number;
  /** The strongest connections. */
  readonly connections: readonly {
    readonly input: number;
    readonly weight: number;
    /** Time steps. */
    readonly delay: number;
    /** Steps at which the input fired; they arrive `delay` later. */
    readonly spikes: readonly number[];
  }[];
  /** Steps at which the neuron fired. */
  readonly fired: readonly number[];
}
