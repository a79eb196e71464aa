export { providerWorkload } from './twin.ts'
