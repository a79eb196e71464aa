import { circulation } from './circulation.ts'
import { serve } from './serve.ts'
import { thread } from './thread.ts'
import { token } from './token.ts'
import type { Command } from './usage.ts'

export const commands: Readonly<Record<string, Command>> = { serve, token, thread, circulation }
