/**
 * The little of the host that this backend touches. The library is compiled without Node's and the
 * browser's types, so that nothing else in it can depend on either.
 */
declare namespace WebAssembly {
  class Memory {
    constructor(limits: { initial: number; maximum: number; shared?: boolean });
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: Record<string, unknown>;
  }
  function validate(bytes: Uint8Array): boolean;
}

declare const process:
  | {
      versions?: { node?: string; bun?: string };
      env?: Readonly<Record<string, string | undefined>>;
      arch?: string;
    }
  | undefined;
declare const navigator: { hardwareConcurrency?: number } | undefined;
declare const document: object | undefined;
declare const crossOriginIsolated: boolean | undefined;
declare function atob(text: string): string;
declare function setTimeout(callback: () => void, milliseconds: number): unknown;
declare class DecompressionStream {
  constructor(format: "deflate-raw");
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
  readonly readable: {
    getReader(): { read(): Promise<{ done: false; value: Uint8Array } | { done: true; value: undefined }> };
  };
}
declare class Blob {
  constructor(parts: string[], options: { type: string });
}
declare const URL: { createObjectURL(blob: Blob): string; revokeObjectURL(url: string): void };
declare class Worker {
  constructor(url: string);
  onerror: ((event: { preventDefault(): void }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}
/** In the program of a thread of a browser. */
declare const self: {
  onmessage: (event: { readonly data: unknown }) => void;
  readonly navigator: {
    readonly locks: { request(name: string, work: () => void): Promise<unknown> };
  };
  readonly reportError: (error: unknown) => void;
};
