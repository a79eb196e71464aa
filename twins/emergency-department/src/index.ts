export { emergencyDepartment } from './twin.ts'
