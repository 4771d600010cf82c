// Runs in a package after it was packed: takes away what prepack.mjs has put there.

import { rmSync } from "node:fs";
import { sharedFiles } from "./lib/packages.mjs";

for (const { to } of sharedFiles(process.cwd())) rmSync(to, { recursive: true, force: true });
