import { cardiovascular } from '@counterpart/cardiovascular'
import type { TwinDefinition } from '@counterpart/kernel'

/** Every twin this platform runs. To add one, name it here: nothing else changes. */
export const twins: readonly TwinDefinition[] = [cardiovascular]
