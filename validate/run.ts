// `npm run validate [-- NAME …]`: runs the measurements of this folder and writes docs/results/.
import { measure } from '../scripts/measure.ts'

process.exit((await measure('validate', process.argv.slice(2))) ? 0 : 1)
