import { gunzip } from "../src/bytes/index.ts";

/** A gzipped HDF5 file. */
const PACKED =
  "H4sIAAAAAAACA+2Zv04bQRDGZ/e85uIo8bkzFOiIKJBCGUWIyggbjIQCSihIdxCcxIqDkGwkSpemg5I3oASegArlEVIhHoMmIr67" +
  "2fPtKof4I6Io/n7NaPa+2z3tzu3Oavbr1YUXhbEChbgu5cijNDdMddr09fOArWDbY3ssdbuInpW5vcT927q197VaqL6x0ONcqdi6" +
  "BIaRem1uNbTr7Ot4+iFNXXun+a3RJmptbDZa7UFcVh44blb81p3Y/6ruFr8zHLgelhLxm4qnnjJ1neb3MHxpd7vZadPj4/fDu5Wq" +
  "IJnE3cvXt+v1/uo75r5ux/uwISgfz4XQfryCQsQNjnVeOuRH0lH+50t+kSTvAAVFhSLrVX/GQ5104p6f83siGceNdqCtxufWRqeR" +
  "rIfL4ztSdp9R8gmp7WX9SedDx5WOl6mR2/X6w04msBekCc8N8YdzYzxDf/7K9B3CuQIAAAD87yzOryyL1IGv88HkGvzG9HOD9pl0" +
  "vpBPt88OdNZ1mpTVj2BF3upH9nvOpd4LilgrAAAAAAAAAADgody/DlU26lBecsf3+H7/6PrTJZckrPpT8FfmY0982gqCn7472e2W" +
  "ekfd8sXI6dHhtf+WKktyNau64mf0Njlt+qiuAAAAAMOQXak7ZVcD60XSzKxKSmFkS2KcM4y8NfLBPzsjZo6lohzrizrrJ1mtSj/L" +
  "+iU//gaczgrSRCwAAA==";

/**
 * A spike file of three samples, with 1, 2 and 3 spikes in rows of variable length whose pointers are compressed, which
 * our library cannot write. Made with h5py, `compression="gzip"`.
 */
export async function gzippedRows(): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(PACKED), (letter) => letter.charCodeAt(0));
  return gunzip(packed, { maxBytes: 65_536, name: "rows" });
}

/** The same with four bytes of its heap set to 0, at which the HDF5 library never comes to an end. */
export async function endlessRows(): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await gzippedRows();
  for (const at of [4576, 4585, 4587, 4592]) bytes[at] = 0;
  return bytes;
}
