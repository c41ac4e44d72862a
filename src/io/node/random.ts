import { randomBytes } from 'node:crypto';
import type { Random } from '../random.ts';

/** The system's unpredictable bytes. */
export const nodeRandom: Random = { bytes: (count) => randomBytes(count) };
