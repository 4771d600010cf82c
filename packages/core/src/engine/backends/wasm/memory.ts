/**
 * Values in the WebAssembly memory, and how they come in and go out.
 * Images are kept channels last and turned on their way, unless they have one channel or one position.
 * Limited by memory; a part of every workload.
 */
import type { LayoutBackend, MemoryBackend, Storage } from "../../backend/index.ts";
import { nextTask, pressCollector } from "./runtime/host.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { WasmStorage } from "./runtime/storage.ts";

/** How often the host is asked to collect what is no longer referenced, before there is no room. */
const COLLECTIONS = 8;

/** Values in the WebAssembly memory; images are kept channels last, and turned on their way in and out. */
export function memory(runtime: Runtime, layout: LayoutBackend): MemoryBackend {
  /** The room that was left when nothing could be collected: with as much, nothing can be the next time. */
  let leastRoom: number | undefined;
  const makeRoom = async (): Promise<void> => {
    for (let time = 0; time < COLLECTIONS && runtime.isNearlyFull; time++) await pressCollector();
    leastRoom = runtime.isNearlyFull ? runtime.room : undefined;
  };
  return {
    allocate: (length, lifetime) => runtime.allocate(length, lifetime),
    release: (storage) => runtime.release(storage as WasmStorage),
    view(storage) {
      const { pointer, length, lifetime, base } = storage as WasmStorage;
      return new WasmStorage(pointer, length, lifetime, base ?? (storage as WasmStorage));
    },
    endStep: () => runtime.endStep(),
    write(storage, data, image) {
      if (!image || image.channels === 1 || image.positions === 1) {
        writePlain(runtime, storage, data);
        return;
      }
      runtime.scratch(storage.length, (plain) => {
        writePlain(runtime, plain, data);
        layout.plainToImage(image, { plain, image: storage });
      });
    },
    async read(storage, image) {
      if (!image) return new Float32Array(runtime.values(storage));
      return runtime.scratch(storage.length, (plain) => {
        layout.imageToPlain(image, { image: storage, plain });
        return new Float32Array(runtime.values(plain));
      });
    },
    usage: () => runtime.usage(),
    reclaim() {
      if (!runtime.isNearlyFull) return undefined;
      return runtime.room === leastRoom ? nextTask() : makeRoom();
    },
    overwritten(storage) {
      const { base } = storage as WasmStorage;
      runtime.forget(storage as WasmStorage);
      if (base) runtime.forget(base);
    },
  };
}

/**
 * Bytes, as spikes, counts and images are loaded, go into shared memory as such, and all threads widen them: V8 converts
 * them one by one there. Into memory that is not shared it converts them faster than a kernel.
 */
function writePlain(runtime: Runtime, storage: Storage, data: ArrayLike<number>): void {
  if (runtime.isShared && data instanceof Uint8Array && data.length === storage.length) {
    runtime.withBytes(data, (x) => runtime.each("widenBytes", data.length, { x, out: storage }));
  } else {
    runtime.values(storage).set(data);
  }
}
