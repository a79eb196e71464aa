import { providerWorkload } from '@counterpart/provider-workload'

export const twins = [providerWorkload]
