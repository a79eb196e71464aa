#!/usr/bin/env node
// For machines without mosquitto_pub: what docs/connect-a-hospital.md asks of it.
import { parseArgs } from 'node:util'
import { publishReading } from './publish-reading.ts'

const letters = ['h', 'p', 'i', 'u', 'P', 'q', 't', 'm'] as const
const options = Object.fromEntries(
  letters.map((letter) => [letter, { type: 'string' as const, short: letter }]),
) as Record<(typeof letters)[number], { type: 'string'; short: string }>
const { values } = parseArgs({ options })
if (values.i !== values.u || values.t !== `counterpart/v1/${values.i}/readings` || values.q !== '1')
  throw new Error('a device publishes readings under its own name, with QoS 1')
await publishReading({
  port: Number(values.p),
  device: values.i!,
  password: values.P!,
  message: JSON.parse(values.m!) as object,
})
