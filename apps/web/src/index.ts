import { fileURLToPath } from 'node:url'

/** Where `npm run build -w @counterpart/web` leaves the built app: `index.html` and hashed files under `assets/`. */
export const builtAppFolder: string = fileURLToPath(new URL('../dist/', import.meta.url))
