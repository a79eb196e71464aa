import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectMqttClient, startMqttBroker } from '@counterpart/intake'
import type { Platform } from './platform.ts'

/** Where wearables reach the platform. */
export interface MqttDoor {
  /** `null`: the broker is not ours. */
  readonly port: number | null
  readonly address: string
  close(): Promise<void>
}

/** Opens the embedded broker, or with `url` takes readings from an external one. */
export async function startMqtt(options: {
  readonly platform: Platform
  readonly host: string
  readonly port: number
  readonly url: string | undefined
  readonly username?: string
  readonly password?: string
  readonly directory: string
}): Promise<MqttDoor> {
  const { platform, host, url } = options
  const onTrouble = (what: string) => platform.log.info(what)
  if (url) {
    const connection = connectMqttClient({
      url,
      clientId: installationId(options.directory),
      username: options.username,
      password: options.password,
      intake: platform.intake,
      onTrouble,
    })
    return { port: null, address: url, close: () => connection.close() }
  }
  const broker = await startMqttBroker({
    port: options.port,
    host,
    intake: platform.intake,
    // A device signs in with its name and a bearer token that may ingest: `counterpart token --role engineer`.
    authenticate: async ({ clientId, username, password }) => {
      const session = await platform.sessions.check(password)
      if (!session || username !== clientId) return undefined
      const { allowed } = await platform.policy.decide(session.principal, 'ingest')
      return allowed ? { device: clientId } : undefined
    },
    onTrouble,
  })
  return { port: broker.port, address: `mqtt://${host}:${broker.port}`, close: () => broker.close() }
}

/** The same for this installation at every start, so that an external broker keeps for it what comes while it is away. */
function installationId(directory: string): string {
  const path = join(directory, 'installation-id')
  if (!existsSync(path)) writeFileSync(path, `counterpart-${randomBytes(8).toString('hex')}`, { mode: 0o600 })
  return readFileSync(path, 'utf8').trim()
}
