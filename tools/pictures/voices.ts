/** The voices of lesson 4, and what the ear hears of them. */
import { Random } from "@myelin/core";
import {
  type Cochlea,
  createCochlea,
  createDataset,
  type Dataset,
  packSpikes,
  spikeDataset,
  spikeSequences,
} from "@myelin/data";

const RATE = 16_000;
/** Hz. */
const RESONANCES = { a: [750, 1200], i: [300, 2300] } as const;
const WORDS = ["ai", "ia"] as const;
const SYLLABLE = 0.06 * RATE;

/** Channels of the ear. */
export const CHANNELS = 20;

interface Voice {
  /** Hz. */
  readonly pitch: number;
  /** A factor of the resonances. */
  readonly mouth: number;
  /** Samples from the first vowel to the second. */
  readonly apart: number;
  readonly loudness: readonly [number, number];
}

/** The voice of the lesson's first program. */
const PLAIN: Voice = { pitch: 120, mouth: 1, apart: 0.16 * RATE, loudness: [1, 1] };

export function createEar(): Promise<Cochlea> {
  return createCochlea({ channels: CHANNELS, level: 1, preEmphasis: 0.95, fade: 0.01 });
}

/** Time in seconds and channel of each spike of both words. */
export async function plainWords(): Promise<{ word: string; spikes: (readonly [number, number])[] }[]> {
  const ear = await createEar();
  return WORDS.map((word) => {
    const { times, units } = ear.listen({ samples: say(word, PLAIN), sampleRate: RATE }, 1);
    return { word, spikes: Array.from(times, (time, i) => [time, units[i]!] as const) };
  });
}

/** Words by different voices, half of them to train with. */
export async function trainingWords(): Promise<Dataset> {
  const ear = await createEar();
  const random = new Random(7);
  const labels = Array.from({ length: 120 }, (_, i) => i % 2);
  const heard = labels.map((label, i) =>
    ear.listen({ samples: say(WORDS[label]!, anybody(random)), sampleRate: RATE }, i),
  );
  const words = spikeDataset({
    ...{ name: "words", units: CHANNELS, classNames: WORDS, labels },
    ...packSpikes(heard),
  });
  const half = Array.from({ length: 60 }, (_, i) => i);
  return createDataset(spikeSequences(words, { frameMs: 10, pool: 1 })).select(half);
}

function anybody(random: Random): Voice {
  const pitch = 100 + 100 * random.uniform();
  const mouth = 0.95 + 0.15 * random.uniform();
  const apart = Math.round((0.14 + 0.04 * random.uniform()) * RATE);
  return { pitch, mouth, apart, loudness: [0.4 + random.uniform(), 0.4 + random.uniform()] };
}

function say(word: string, { pitch, mouth, apart, loudness }: Voice): Float32Array {
  const sound = new Float32Array(apart + SYLLABLE);
  [...word].forEach((vowel, place) => {
    for (const frequency of RESONANCES[vowel as "a" | "i"]) {
      let [y1, y2] = [0, 0];
      for (let t = 0; t < SYLLABLE; t++) {
        const pulse = t % Math.round(RATE / pitch) === 0 ? 1 : 0;
        const y = pulse + 1.97 * Math.cos((2 * Math.PI * mouth * frequency) / RATE) * y1 - 0.97 * y2;
        [y1, y2] = [y, y1];
        sound[place * apart + t]! += loudness[place]! * y;
      }
    }
  });
  return sound;
}
