// `npm run bench [-- NAME …]`: runs the measurements of this folder and writes docs/results/.
import { measure } from '../scripts/measure.ts'

process.exit((await measure('bench', process.argv.slice(2))) ? 0 : 1)
