import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openWfdbRecordAt, replayRecord } from '@counterpart/intake'
import type { Platform } from './platform.ts'

const recordSystem = 'urn:counterpart:wfdb-record'

/** A recorded ECG as if it came from a patch on a patient's chest, over and over. */
export async function startReplay(options: {
  readonly platform: Platform
  /** Path of a WFDB record, with or without `.hea`. */
  readonly record: string
}): Promise<{ stop(): Promise<void> }> {
  const { platform } = options
  const { intake, thread, clock, log } = platform
  const path = options.record.replace(/\.hea$/, '')
  const record = await openWfdbRecordAt(path)
  const identifier = { system: recordSystem, value: basename(path) }
  const receipt = await intake.receiveFhir(
    {
      resourceType: 'Patient',
      id: `record-${identifier.value.replaceAll(/[^A-Za-z0-9.-]/g, '-')}`,
      identifier: [identifier],
      name: [{ text: `Replayed record ${identifier.value}` }],
    },
    { system: 'replay', address: path },
  )
  if (receipt.outcome === 'refused') throw new Error(`cannot replay ${path}: ${receipt.message}`)
  const subject = receipt.subjects[0] ?? intake.subjectOf(identifier)!
  const stopping = new AbortController()
  const done = replayRecord(
    {
      record,
      time: {
        now: clock,
        wait: (milliseconds, signal) => wait(milliseconds, undefined, signal ? { signal } : {}),
      },
      loop: true,
      stop: stopping.signal,
    },
    {
      subject,
      thread,
      intake,
      segmentSeconds: 10,
      onTrouble: (reason, attempt) => log.error('replay could not keep something', reason, { path, attempt }),
    },
  ).catch((error: unknown) => log.error('replay ended', error, { path }))
  return {
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}
