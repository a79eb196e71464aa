export * from './errors.ts'
export * from './intake.ts'
export * from './reading.ts'
export * from './receipt.ts'
