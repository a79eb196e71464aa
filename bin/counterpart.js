#!/usr/bin/env node
// `npx counterpart …`: hands over to the command line in apps/cli, run by the pinned Node.js.
import { fileURLToPath } from 'node:url'
import { runPinned } from './pinned-node.js'

// A small young generation: a server that streams for months stays small and flat, at a few per cent of speed.
const memory = ['--max-semi-space-size=4']
runPinned(fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url)), process.argv.slice(2), memory)
