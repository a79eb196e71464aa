export { type ClinicAction, type ClinicActionName, clinicActions } from './clinic/actions.ts'
export {
  type AuditEntry,
  AuditLog,
  type AuditLogOptions,
  auditEntries,
  auditLogHeader,
  type LogFaults,
  loginsOf,
} from './clinic/audit-log.ts'
export { type Calibration, type CalibrationName, calibrations } from './clinic/calibrations.ts'
export type {
  ClinicAppointment,
  ClinicEvent,
  InboxMessage,
  SurveyAnswers,
  VisitKind,
  WearableDay,
  WorkPiece,
} from './clinic/events.ts'
export {
  appointmentResource,
  auditEventResource,
  clinicTask,
  surveyResources,
  wearableCsv,
  wearableResources,
} from './clinic/fhir.ts'
export { absencesCsv, rotaCsv, rotaIcs } from './clinic/files.ts'
export { ClinicLedger, type LedgerWeek, overloadedIn, workOf } from './clinic/ledger.ts'
export { clinicEntry, type LiveClinic, type LiveClinicOptions, startClinic } from './clinic/live.ts'
export type { ClinicRequest } from './clinic/read-action.ts'
export { type ClinicMessage, ClinicRecords, type ClinicRecordsOptions } from './clinic/records.ts'
export type { ClinicOptions } from './clinic/settings.ts'
export { type SimulatedClinic, simulateClinic } from './clinic/simulation.ts'
export { writeClinicAppointment } from './clinic/siu.ts'
export type { ClinicTruth, PracticeTruth, ProviderTruth } from './clinic/truth.ts'
export { authority, type Measure, measures, orderSystem, type Reading } from './codes.ts'
export { type ActionName, type ActionStatus, type DepartmentAction, departmentActions } from './emergency/actions.ts'
export type { HospitalEvent } from './emergency/events.ts'
export { departmentEntry, type LiveEmergency, type LiveEmergencyOptions, startEmergency } from './emergency/live.ts'
export { observationsOf, treatmentsOf } from './emergency/observations.ts'
export { type HospitalMessage, Registration, type RegistrationOptions } from './emergency/registration.ts'
export { type Shift, usualShifts } from './emergency/roster.ts'
export type { EmergencyOptions } from './emergency/settings.ts'
export { type Emergency, simulateEmergency } from './emergency/simulation.ts'
export {
  type Census,
  Chronicle,
  fourHours,
  type HiddenCourse,
  hiddenCourse,
  type VisitRecord,
} from './emergency/truth.ts'
export { SandboxError } from './errors.ts'
export type { Feed } from './feed.ts'
export { type FhirSender, type FhirSenderOptions, startFhirSender } from './fhir-sender.ts'
export type { Haemodynamics } from './heart.ts'
export {
  type ObservationPlan,
  type ObservedInstant,
  type ObservedReading,
  observeHiddenPatient,
  observeHiddenPatients,
} from './hidden-truth.ts'
export { type LiveHospitalOptions, startHospital } from './hospital/live.ts'
export { type Hospital, type HospitalOptions, simulateHospital } from './hospital/simulation.ts'
export { imagingEntry, type LiveImagingOptions, startImaging } from './imaging/live.ts'
export { imagingObservationsOf } from './imaging/observations.ts'
export { ImagingRecords } from './imaging/records.ts'
export { type Imaging, type ImagingOptions, simulateImaging } from './imaging/simulation.ts'
export { type Delivery, type MllpSender, type MllpSenderOptions, startMllpSender } from './mllp-sender.ts'
export { type MqttCredentials, type MqttSender, type MqttSenderOptions, startMqttSender } from './mqtt-sender.ts'
export { type KnownPatient, type Order, type OrderType, readOrder } from './orders.ts'
export { type OrdersEndpoint, type OrdersEndpointOptions, startOrdersEndpoint } from './orders-endpoint.ts'
export { HiddenPatient, type HiddenPatientOptions, type HiddenTruth } from './patient.ts'
export type { Person } from './person.ts'
export { type Drug, drugs } from './pharmacology.ts'
export { type Phenotype, type Physiology, phenotypes } from './phenotypes.ts'
export {
  defaultRates,
  type Outgoing,
  type Rates,
  type Simulation,
  type SimulationOptions,
  simulateWard,
} from './simulation.ts'
export { type SteadyStreamOptions, steadyStream } from './steady-stream.ts'
export { type Clock, runtimeTimer, type Timer } from './time.ts'
export { startWard, type Ward, type WardOptions, type WardProgress, type WardStatistics } from './ward.ts'
