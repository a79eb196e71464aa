// The command line. Results go to stdout, everything else to stderr; exit status 1 for bad input, 2 for wrong usage.
import { commands } from './commands.ts'
import { UsageError } from './usage.ts'

// Whoever reads, e.g. `head`, may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const [name, ...rest] = process.argv.slice(2)

const help = async () => {
  const all = await Promise.all(Object.values(commands).map((load) => load()))
  const lines = all.flatMap(({ usage }) => usage)
  return `usage: counterpart COMMAND …\n\n${lines.map((line) => `  counterpart ${line}`).join('\n')}\n\nMore: docs/command-line.md\n`
}

if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
  const stream = name === undefined ? process.stderr : process.stdout
  stream.write(await help())
  process.exit(name === undefined ? 2 : 0)
}
if (!Object.hasOwn(commands, name)) {
  process.stderr.write(`counterpart: there is no command "${name}"\n\n${await help()}`)
  process.exit(2)
}
const command = await commands[name]!()
const usage = command.usage.map((line) => `usage: counterpart ${line}\n`).join('')
if (rest.includes('--help') || rest.includes('-h')) {
  process.stdout.write(usage)
  process.exit(0)
}
try {
  await command.run(rest)
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`counterpart ${name}: ${error.message}\n${usage}`)
    process.exit(2)
  }
  process.stderr.write(`counterpart ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
  if (process.env.COUNTERPART_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(1)
}
