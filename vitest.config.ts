import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '**/src/**/*.test.ts',
      'docs/**/*.test.ts',
      'bin/**/*.test.ts',
      'scripts/**/*.test.ts',
      'validate/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    globalSetup: ['scripts/test-services.ts'],
  },
})
