#!/usr/bin/env node
// Runs a program with the Node.js that package-lock.json pins, whatever Node.js is on the PATH.
// Plain JavaScript on purpose: this file must run on the Node.js the machine happens to have (20 or later).
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const oldestSupportedMajor = 24

/** The pinned Node.js and the flags it runs with, or this process's own if it is recent enough and none is installed. */
function chosenNode() {
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  try {
    const root = dirname(require.resolve(`${packageName}/package.json`))
    const binary = join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (existsSync(binary)) return { binary, flags: pinnedFlags }
  } catch {
    // No pinned package for this platform: fall through to the machine's own Node.js.
  }
  if (Number(process.versions.node.split('.')[0]) >= oldestSupportedMajor)
    return { binary: process.execPath, flags: nodeFlags }
  throw new Error(
    `Counterpart needs Node.js ${oldestSupportedMajor}; this is ${process.version} and the package "${packageName}" is not installed. ` +
      'Run "npm ci" without --omit=optional, or install Node.js 24 yourself.',
  )
}

/** Flags every program of the house runs with. */
const nodeFlags = ['--disable-warning=ExperimentalWarning']

/**
 * For the pinned V8 only, as another might not know them: what a hot function calls becomes part of it up to a larger
 * size. Simulations pass through many small functions; a customer of a queue then takes two thirds of the time.
 */
const compilerFlags = [
  '--max-inlined-bytecode-size-cumulative=14000',
  '--max-inlined-bytecode-size-absolute=28000',
  '--min-inlining-frequency=0.05',
]

/** All that the pinned Node.js runs with. */
export const pinnedFlags = [...nodeFlags, ...compilerFlags]

/**
 * How glibc's malloc keeps a server small that runs for weeks. Few arenas: worker threads otherwise hold a third more
 * than is used. Large blocks are mapped each on their own and given back when freed: left alone, malloc raises that
 * threshold as it goes, and large blocks then leave holes in the heap that never close.
 */
export const allocation = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }

/** Starts `script` with the pinned Node.js, hands on signals and ends with the script's own exit status. */
export function runPinned(script, args, flags = []) {
  let node
  try {
    node = chosenNode()
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
  // Compiled code is kept between starts: quicker, and the TypeScript stripper need not be loaded.
  const cache = fileURLToPath(new URL('../node_modules/.cache/counterpart-code', import.meta.url))
  const env = { NODE_COMPILE_CACHE: cache, ...allocation, ...process.env }
  const child = spawn(node.binary, [...node.flags, ...flags, script, ...args], { stdio: 'inherit', env })
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of forwarded) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`Could not start ${node.binary}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal) {
      for (const each of forwarded) process.removeAllListeners(each)
      process.kill(process.pid, signal)
    } else process.exit(code ?? 1)
  })
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const [script, ...args] = process.argv.slice(2)
  if (!script) {
    console.error('usage: node bin/pinned-node.js SCRIPT [ARG ...]')
    process.exit(2)
  }
  runPinned(script, args)
}
