import { MyelinError } from "@myelin/core";
import koffi, { type LibraryHandle } from "koffi";
import type { Launcher } from "./launcher.ts";

/** A handle of MPI: a number, or a pointer. */
export type Handle = number | bigint;

type Call = (...values: unknown[]) => number;

/** The calls that are used here; those of fault tolerance where the library has them. */
const CALLS = {
  MPI_Initialized: "int MPI_Initialized(int *flag)",
  MPI_Init_thread: "int MPI_Init_thread(void *argc, void *argv, int required, _Out_ int *provided)",
  MPI_Comm_rank: "int MPI_Comm_rank(HANDLE comm, _Out_ int *rank)",
  MPI_Comm_size: "int MPI_Comm_size(HANDLE comm, _Out_ int *size)",
  MPI_Comm_set_errhandler: "int MPI_Comm_set_errhandler(HANDLE comm, HANDLE handler)",
  MPI_Isend: "int MPI_Isend(void *data, int count, HANDLE type, int to, int tag, HANDLE comm, void *request)",
  MPI_Irecv:
    "int MPI_Irecv(void *data, int count, HANDLE type, int from, int tag, HANDLE comm, void *request)",
  MPI_Ibcast: "int MPI_Ibcast(void *data, int count, HANDLE type, int root, HANDLE comm, void *request)",
  MPI_Testall: "int MPI_Testall(int count, void *requests, _Out_ int *flag, void *statuses)",
  MPI_Get_library_version: "int MPI_Get_library_version(void *text, _Out_ int *length)",
  MPI_Error_string: "int MPI_Error_string(int code, void *text, _Out_ int *length)",
  MPI_Abort: "int MPI_Abort(HANDLE comm, int code)",
  MPI_Finalize: "int MPI_Finalize()",
} as const;

/** What a library has that goes on after a process was lost (ULFM). */
const TOLERANT = {
  MPIX_Comm_revoke: "int MPIX_Comm_revoke(HANDLE comm)",
  MPIX_Comm_shrink: "int MPIX_Comm_shrink(HANDLE comm, void *shrunk)",
} as const;

/** What libraries of a kind call the same things. */
interface Binary {
  readonly handle: "int" | "intptr_t";
  readonly world: Handle;
  readonly byte: Handle;
  readonly errorsReturn: Handle;
}

/** A library of MPI that was loaded. */
export interface Library extends Binary {
  readonly path: string;
  readonly handleBytes: 4 | 8;
  readonly calls: Readonly<Record<keyof typeof CALLS, Call>>;
  readonly tolerant: Readonly<Record<keyof typeof TOLERANT, Call>> | undefined;
}

/** Numbers of MPICH 4 and its relatives, and those of the standard since MPI 5. */
const MPICH: Binary = { handle: "int", world: 0x44000000, byte: 0x4c00010d, errorsReturn: 0x54000001 };
const STANDARD: Binary = { handle: "intptr_t", world: 0x101n, byte: 0x247n, errorsReturn: 0x143n };

/** Names by which the loader of the system finds libraries; the one that fits the launcher is tried first. */
const NAMES = {
  "Open MPI": ["libmpi.so.40", "libmpi.40.dylib"],
  MPICH: ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib", "libmpi_abi.so.1", "libmpi_abi.so.0"],
  Slurm: [],
} as const;

/**
 * Loads the library of MPI that `MYELIN_MPI` names, or the one that fits what started this process.
 *
 * @throws MyelinError if there is none, or what is named is none
 */
export function loadLibrary(named: string | undefined, launcher: Launcher | undefined): Library {
  const kind = launcher?.kind ?? "Open MPI";
  const others = kind === "MPICH" ? NAMES["Open MPI"] : NAMES.MPICH;
  const names =
    named !== undefined
      ? [named]
      : [...NAMES[kind], ...others, ...(kind === "Slurm" ? NAMES["Open MPI"] : [])];
  for (const name of names) {
    const library = open(name);
    if (library !== undefined) return bind(name, library);
  }
  throw new MyelinError(
    named === undefined
      ? `MPI: expected a library of Open MPI, MPICH or the MPI 5 ABI, got none under ${names.join(", ")}. ` +
          "Install one (apt-get install openmpi-bin), or name its file in MYELIN_MPI."
      : `MYELIN_MPI: expected the file of a library of MPI, got ${named}, which cannot be loaded. ` +
          "Name libmpi.so of the MPI whose mpirun you use.",
  );
}

function open(name: string): LibraryHandle | undefined {
  try {
    return koffi.load(name, { global: true, lazy: true });
  } catch {
    return undefined;
  }
}

function bind(path: string, library: LibraryHandle): Library {
  const binary = binaryOf(path, library);
  const declare = <Names extends string>(
    declarations: Readonly<Record<Names, string>>,
  ): Readonly<Record<Names, Call>> => {
    const entries = Object.values<string>(declarations).map((text) =>
      text.replaceAll("HANDLE", binary.handle),
    );
    const calls = entries.map((text) => library.func(text) as Call);
    return Object.fromEntries(Object.keys(declarations).map((name, i) => [name, calls[i]])) as Record<
      Names,
      Call
    >;
  };
  return {
    ...binary,
    path,
    handleBytes: binary.handle === "int" ? 4 : 8,
    calls: declare(CALLS),
    tolerant: addressOf(library, "MPIX_Comm_shrink") === undefined ? undefined : declare(TOLERANT),
  };
}

/** Tells libraries apart by what they export. */
function binaryOf(path: string, library: LibraryHandle): Binary {
  const world = addressOf(library, "ompi_mpi_comm_world");
  if (world !== undefined) {
    const [byte, errorsReturn] = ["ompi_mpi_byte", "ompi_mpi_errors_return"].map((name) =>
      addressOf(library, name),
    );
    return { handle: "intptr_t", world, byte: byte as bigint, errorsReturn: errorsReturn as bigint };
  }
  if (addressOf(library, "MPI_Init_thread") === undefined) {
    throw new MyelinError(
      `MYELIN_MPI: expected a library of MPI, got ${path}, which has no MPI_Init_thread. Name libmpi.so of the MPI whose mpirun you use.`,
    );
  }
  return hasStandardAbi(library) ? STANDARD : MPICH;
}

/** A library that has this call and other numbers than the standard's answers -1. */
function hasStandardAbi(library: LibraryHandle): boolean {
  if (addressOf(library, "MPI_Abi_get_version") === undefined) return false;
  const major = [0];
  library.func("int MPI_Abi_get_version(_Out_ int *major, _Out_ int *minor)")(major, [0]);
  return (major[0] as number) >= 1;
}

function addressOf(library: LibraryHandle, name: string): bigint | undefined {
  try {
    return koffi.address(library.symbol(name, "int"));
  } catch {
    return undefined;
  }
}

/** What MPI says about an error. */
export function errorText({ calls }: Library, code: number): string {
  return textOf((text, length) => calls.MPI_Error_string(code, text, length));
}

/** What a library calls itself, its first words. */
export function versionOf({ calls }: Library): string {
  const text = textOf((into, length) => calls.MPI_Get_library_version(into, length));
  const words = text.replaceAll(/\s+/gu, " ").split(/[,]| Version:? ?| release/u, 2);
  return /^MPICH/u.test(text) ? `MPICH ${text.split(/\s+/u)[2] ?? ""}` : (words[0] as string);
}

function textOf(fill: (text: Uint8Array, length: number[]) => unknown): string {
  const text = Buffer.alloc(8192);
  const length = [0];
  fill(text, length);
  return text.toString("utf8", 0, length[0]).replaceAll("\0", "").trim();
}
