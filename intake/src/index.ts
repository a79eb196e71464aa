export type { RotaOptions } from './clinic/rota.ts'
export { type ClinicSettings, readClinics } from './clinic/settings.ts'
export type { WorkAccepted, WorkFile, WorkReceipt } from './clinic/work-door.ts'
export { readRoster } from './department/roster.ts'
export { type DepartmentSettings, readDepartments } from './department/settings.ts'
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
export {
  type MqttBroker,
  type MqttBrokerLimits,
  type MqttBrokerOptions,
  type MqttCredentials,
  startMqttBroker,
  usualMqttBrokerLimits,
} from './mqtt/broker.ts'
export { connectMqttClient, type MqttClientOptions, type MqttConnection } from './mqtt/client.ts'
export { commandsTopic, deviceNamePattern, mqttReadingsSchema, readingsTopic, statusTopic } from './mqtt/payload.ts'
export type { ReadingIntake } from './mqtt/take.ts'
export type { Door, IntakeOptions } from './options.ts'
export { judge } from './quality.ts'
export type { QuarantinedMessage, QuarantineEntry, RefusedMessage } from './quarantine.ts'
export * from './reading.ts'
export * from './receipt.ts'
export { loadUnits, type Units } from './units.ts'
export { isBeat, parseWfdbAnnotations, type WfdbAnnotation, type WfdbAnnotations } from './wfdb/annotations.ts'
export { encodeWfdbAnnotations, type NewWfdbAnnotation } from './wfdb/encode-annotations.ts'
export { parseWfdbHeader, type WfdbHeader } from './wfdb/header.ts'
export { openWfdbRecordAt, wfdbFolder } from './wfdb/node-files.ts'
export { openWfdbRecord, type WfdbChecksum, type WfdbRecord, type WfdbSignal } from './wfdb/record.ts'
export {
  type ReplayChunk,
  type ReplayPace,
  type ReplaySummary,
  type ReplayTargets,
  type ReplayTime,
  replayChunks,
  replayRecord,
} from './wfdb/replay.ts'
export { missingSample, type WfdbFiles } from './wfdb/signal-file.ts'
