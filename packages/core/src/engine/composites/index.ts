/**
 * Defaults of groups, written on the required ones: a backend starts without these groups and adds them where its own
 * are faster. They are short, not fast: every change of order is a gather with indices that the host writes.
 */
import type { Backend, MinimalBackend } from "../backend/index.ts";
import { attention } from "./attention.ts";
import { batchNorm } from "./batch-norm.ts";
import { conv } from "./conv.ts";
import { delay } from "./delay.ts";
import { dropout, encode } from "./encode.ts";
import { loss } from "./loss.ts";
import { optimiser } from "./optimiser.ts";
import { pool } from "./pool.ts";
import { sparse } from "./sparse.ts";

/** The same backend with a default for each group that it leaves out. */
export function completed(backend: MinimalBackend): Backend {
  const convolutions = backend.conv ?? conv(backend);
  return {
    ...backend,
    conv: convolutions,
    pool: backend.pool ?? pool(backend),
    batchNorm: backend.batchNorm ?? batchNorm(backend),
    dropout: backend.dropout ?? dropout(backend),
    encode: backend.encode ?? encode(backend),
    sparse: backend.sparse ?? sparse(backend, convolutions),
    patterns: backend.patterns ?? { release: () => undefined, indexBytes: () => 0 },
    loss: { ...loss(backend), ...backend.loss },
    optimiser: backend.optimiser ?? optimiser(backend),
    attention: backend.attention ?? attention(backend),
    delay: backend.delay ?? delay(backend),
    dispose: () => backend.dispose(),
  };
}
