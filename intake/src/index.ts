export * from './errors.ts'
export { type FhirEndpointOptions, fhirHandler } from './fhir/endpoint.ts'
export { parseJson } from './fhir/json.ts'
export { type OperationOutcome, operationOutcome } from './fhir/outcome.ts'
export { acknowledgementOf } from './hl7v2/acknowledge.ts'
export { hl7Messages } from './hl7v2/decode.ts'
export {
  type Delimiters,
  type Field,
  type Hl7Message,
  parseMessage,
  type Repetition,
  type Segment,
  segment,
  serialiseMessage,
  usualDelimiters,
} from './hl7v2/message.ts'
export { framed, frameReader } from './hl7v2/mllp-frames.ts'
export {
  type MllpLimits,
  type MllpListener,
  type MllpOptions,
  startMllpListener,
  usualMllpLimits,
} from './hl7v2/mllp-listener.ts'
export * from './intake.ts'
export { type MqttBroker, type MqttBrokerOptions, startMqttBroker } from './mqtt/broker.ts'
export { connectMqttClient, type MqttClientOptions, type MqttConnection } from './mqtt/client.ts'
export { judge } from './quality.ts'
export type { QuarantinedMessage, QuarantineEntry, RefusedMessage } from './quarantine.ts'
export * from './reading.ts'
export * from './receipt.ts'
export { loadUnits, type Units } from './units.ts'
export { openWfdbRecordAt } from './wfdb/node-files.ts'
export { type ReplaySummary, type ReplayTargets, replayRecord } from './wfdb/replay.ts'
