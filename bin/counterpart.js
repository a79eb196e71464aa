#!/usr/bin/env node
// `npx counterpart …`: hands over to the command line in apps/cli, run by the pinned Node.js.
import { fileURLToPath } from 'node:url'
import { runPinned } from './pinned-node.js'

runPinned(fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url)), process.argv.slice(2))
