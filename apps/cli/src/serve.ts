import { startServer } from '@counterpart/server'
import { type Command, readArguments, UsageError, wholeNumber } from './usage.ts'

/** `counterpart serve`: the platform, all in one process. */
export const serve: Command = {
  usage: [
    'serve [--data DIR] [--host 127.0.0.1] [--port 4600] [--mllp-port 2575] [--mqtt-port 1883] [--no-sandbox] [--patients 6] [--no-web] [--departments FILE] [--replay WFDB-RECORD …]',
  ],
  run: async (args) => {
    const { values, positionals } = readArguments(args, {
      data: { type: 'string', default: './data' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '4600' },
      'mllp-port': { type: 'string', default: '2575' },
      'mqtt-port': { type: 'string', default: '1883' },
      sandbox: { type: 'boolean', default: true },
      web: { type: 'boolean', default: true },
      patients: { type: 'string', default: '6' },
      departments: { type: 'string' },
      replay: { type: 'string', multiple: true, default: [] },
    })
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option`)
    const server = await startServer({
      dataDirectory: values.data,
      host: values.host,
      port: wholeNumber(values.port, '--port', 0, 65_535),
      mllpPort: wholeNumber(values['mllp-port'], '--mllp-port', 0, 65_535),
      mqttPort: wholeNumber(values['mqtt-port'], '--mqtt-port', 0, 65_535),
      sandboxPatients: values.sandbox ? wholeNumber(values.patients, '--patients', 0, 500) : 0,
      ...(values.departments !== undefined && { departments: values.departments }),
      replay: values.replay,
      webApp: values.web,
      onProgress: (message) => process.stderr.write(`${message}\n`),
      environment: process.env,
    })
    let stopping = false
    const stop = () => {
      // A second Ctrl-C does not wait.
      if (stopping) process.exit(130)
      stopping = true
      process.stderr.write('\nstopping: saving where each twin stands …\n')
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
          process.exit(1)
        },
      )
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    process.stdout.write(server.greeting)
  },
}
