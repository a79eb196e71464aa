import type { Command } from './usage.ts'

/** Each is read only when it is called, so that a small one starts quickly. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  account: async () => (await import('./account.ts')).account,
  token: async () => (await import('./token.ts')).token,
  thread: async () => (await import('./thread.ts')).thread,
  circulation: async () => (await import('./circulation.ts')).circulation,
  model: async () => (await import('./model.ts')).model,
  flow: async () => (await import('./flow.ts')).flow,
  ecg: async () => (await import('./ecg.ts')).ecg,
  workload: async () => (await import('./workload.ts')).workload,
}
