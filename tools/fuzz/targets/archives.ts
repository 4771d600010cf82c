import { mkdtempSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { extractTarGz } from "../../../packages/data/src/node/archives/extract-tar.ts";
import { extractOneFromZip, readZip } from "../../../packages/data/src/node/archives/extract-zip.ts";
import { zipStore } from "../../../packages/data/src/node/events/recording-store.ts";
import { zipBytes as deflated } from "../../../packages/data/test/zip-bytes.ts";
import { zipBytes as stored } from "../../../packages/data/test/zip-file.ts";
import type { Target } from "../target.ts";

const MOST_BYTES = 100_000;
const folder = mkdtempSync(path.join(tmpdir(), "myelin-fuzz-"));
const archive = path.join(folder, "damaged");

const CONTENTS = new Map([
  ["a/one.bin", new Uint8Array(300).fill(7)],
  ["b/two.bin", Uint8Array.from({ length: 500 }, (_, i) => i & 255)],
]);

async function onDisk(bytes: Uint8Array): Promise<string> {
  await writeFile(archive, bytes);
  return archive;
}

/** Archives, which are read from the disk. */
export const archiveTargets: readonly Target[] = [
  {
    name: "zip",
    share: 0.3,
    files: async () => [
      new Uint8Array(deflated([...CONTENTS].map(([name, data]) => ({ name, data })))),
      new Uint8Array(stored(CONTENTS)),
    ],
    async read(bytes) {
      const file = await onDisk(bytes);
      const files = await readZip(file, { wanted: (name) => name.endsWith(".bin"), maxBytes: MOST_BYTES });
      for (const [name, data] of files) checkContents(name, data);
      await extractOneFromZip(file, { name: "one.bin", into: folder, maxBytes: MOST_BYTES });
      const store = await zipStore(file);
      try {
        for (const name of store.files) for await (const piece of store.pieces(name)) void piece;
      } finally {
        await store.close();
      }
    },
  },
  {
    name: "tar.gz",
    share: 0.3,
    files: async () => [tar()],
    async read(bytes) {
      const file = await onDisk(gzipSync(bytes));
      await extractTarGz(file, { into: folder, maxBytes: 10 * MOST_BYTES, wanted: () => true });
    },
  },
];

/** The sum of CRC-32 makes sure that what comes out is what was put in, but for a chance of one in four thousand million. */
function checkContents(name: string, data: Uint8Array): void {
  const whole = [...CONTENTS].find(([file]) => path.basename(file) === name)?.[1];
  if (whole && !Buffer.from(whole).equals(data)) throw new Error(`${name} is not what was put in`);
}

function tar(): Uint8Array {
  const blocks = [...CONTENTS].flatMap(([name, data]) => {
    const head = Buffer.alloc(512);
    head.write(name, 0, "latin1");
    head.write("0000644\0", 100, "latin1");
    head.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    head.write("00000000000\0        0", 136, "latin1");
    head.write("ustar\x0000", 257, "latin1");
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return [head, Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)])];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
