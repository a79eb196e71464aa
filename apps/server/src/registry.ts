import { cardiovascular } from '@counterpart/cardiovascular'
import { emergencyDepartment } from '@counterpart/emergency-department'
import type { TwinDefinition } from '@counterpart/kernel'
import { providerWorkload } from '@counterpart/provider-workload'
import { radiology } from '@counterpart/radiology'

/** Every twin this platform runs. To add one, name it here: nothing else changes. */
export const twins: readonly TwinDefinition[] = [cardiovascular, emergencyDepartment, radiology, providerWorkload]
