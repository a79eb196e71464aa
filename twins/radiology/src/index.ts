export { radiology } from './twin.ts'
